// swift-tools-version: 6.2
import PackageDescription

// The manifest reads as the room table of docs/decisions/0004-rooms.md: a line a room, what it may import, why it exists.
// ArchitectureTests holds every import in Sources against the `dependsOn` lists below.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// HiGHS comes from Debian where it has it, else `make setup` puts it beside the build; installed programs find it under their prefix.
let highsRunPaths: [LinkerSetting] = [
  .unsafeFlags([
    "-Xlinker", "-rpath", "-Xlinker", Context.packageDirectory + "/.build-deps/highs/lib",
    "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/energy-opt",
  ])
]

/// A room: `Sources/<name>`, with its tests in `Tests/<name>Tests`.
func room(_ name: String, dependsOn: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependsOn, swiftSettings: settings)
}

/// A C library behind one module map; no other room imports it. What belongs to the system's own C library needs no package.
func cLibrary(_ name: String, pkgConfig: String? = nil, debian: [String] = []) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: debian.isEmpty ? nil : [.apt(debian)])
}

/// A program: wires rooms, holds no rule of the field.
func program(_ name: String, dependsOn: [Target.Dependency], linking: [LinkerSetting] = []) -> Target {
  .executableTarget(name: name, dependencies: dependsOn, swiftSettings: settings, linkerSettings: linking)
}

/// The tests of a room, in `Tests/<room>Tests`; `data` names folders in it that hold no Swift.
func tests(_ room: String, using: [Target.Dependency] = [], data: [String] = []) -> Target {
  .testTarget(
    name: room + "Tests", dependencies: [.init(stringLiteral: room), "TestSupport"] + using, exclude: data,
    swiftSettings: settings,
    linkerSettings: highsRunPaths)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "energy-opt",
  products: [
    .executable(name: "energy-opt", targets: ["energy-opt"]),
    .executable(name: "energy-collector", targets: ["energy-collector"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // --- pure rooms: values in, values out ---
    // Power, Energy, Money, EnergyPrice, Temperature, Fraction: integers with a unit.
    room("Quantities"),
    // Timestamp, QuarterHour, LocalDay, MarketCalendar, TimeSeries.
    room("MarketTime", dependsOn: ["Quantities"]),
    // Who and where: Community, Site, Member, MeteringPoint, HeatNetwork, Tariff; IntervalEnergy.
    room("CommunityModel", dependsOn: ["MarketTime", "Quantities"]),
    // A message to a member as mail, and when it goes out again: keys, back-off, quiet hours, consents.
    room("Messages", dependsOn: ["CommunityModel", "MarketTime", "Quantities"]),
    // Who used whose kilowatt-hour: rules, their checks in every interval, meters that are computed, prices between members.
    room("EnergySharing", dependsOn: ["CommunityModel", "MarketTime", "Quantities"]),
    // Records that nobody can change unseen: a hash tree over them, chained and signed, and a proof of one that needs nothing else.
    room("RecordLedger", dependsOn: [crypto]),
    // What a month comes to: prices put to shares, lines, runs, corrections, and their records.
    room("Settlement", dependsOn: ["EnergySharing", "RecordLedger", "CommunityModel", "MarketTime", "Quantities"]),
    // What was measured: Channel, Reading, Door, IntervalMeter, DirectionCheck, ReadingStore, InMemoryReadingStore.
    room("Readings", dependsOn: ["CommunityModel", "MarketTime", "Quantities"]),
    // Registers to readings, fixed maps and SunSpec model chains.
    room("DeviceProfiles", dependsOn: ["Readings", "CommunityModel", "MarketTime", "Quantities"]),
    // Whether meters' values are whole and plausible, and what stands in for missing ones.
    room("MeterData", dependsOn: ["Forecasting", "CommunityModel", "MarketTime", "Quantities"]),
    // Load and generation of the coming hours, from history or standard profiles.
    room("Forecasting", dependsOn: ["Readings", "CommunityModel", "MarketTime", "Quantities"]),
    // Solver-neutral LP/MILP: model, solution, status, independent blocks.
    room("LinearOptimization"),
    // Buses, converters, stores, links as numbers: the linear model of them, its schedule, and a check that does not look at the model.
    room("EnergySystems", dependsOn: ["LinearOptimization"]),
    // Cases of researchers and tests in JSON to energy systems, and what came out as JSON.
    room("CaseFiles", dependsOn: ["EnergySystems", "LinearOptimization", "Console"]),
    // Assets, planning problem, plan, standing rule.
    room("Planning", dependsOn: ["EnergySystems", "CommunityModel", "LinearOptimization", "MarketTime", "Quantities"]),
    // Charts as plain marks: stacked columns, heat maps, flows; SVG for pages and mails, block characters for a terminal.
    room("Charts", dependsOn: ["Console"]),
    // Shares and reports: values in; text, JSON, CSV out.
    room(
      "Reporting",
      dependsOn: [
        "Charts", "Settlement", "EnergySharing", "MeterData", "RecordLedger", "Planning", "LinearOptimization", "CommunityModel",
        "MarketTime",
        "Quantities", "Console",
      ]),
    // A member's day in words and pictures: one model; text, mail, chat, notice board, calendar.
    room(
      "Summaries",
      dependsOn: [
        "Reporting", "Charts", "EnergySharing", "MeterData", "Forecasting", "CommunityModel", "MarketTime", "Quantities",
        "Console",
      ]),
    // Forecasts, prices and measured states to a planning problem, each with its source.
    room(
      "PlanPreparation",
      dependsOn: [
        "Planning", "EnergySystems", "Forecasting", "Reporting", "Readings", "CommunityModel", "MarketTime", "Quantities",
      ]),
    cLibrary("CZlib", pkgConfig: "zlib", debian: ["zlib1g-dev"]),
    // A workbook of Excel's to rows of cells.
    room("Spreadsheets", dependsOn: ["CZlib"]),
    // CSV, workbooks and messages of readings, energies, prices and standard profiles to checked values.
    room(
      "SeriesFiles",
      dependsOn: ["Spreadsheets", "Forecasting", "Readings", "CommunityModel", "MarketTime", "Quantities", "Console"]),
    // YAML of communities, collectors, device profiles to checked values, with line and column.
    room(
      "CommunityFiles",
      dependsOn: [
        "Messages", "Planning", "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities", "Console", yams,
      ]),
    // What is wrong with signs, phases, devices and the machine, and what to do: for `doctor`. Masks what a report must not tell.
    room(
      "Diagnosing", dependsOn: ["DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities", "Console"]),
    // Columns of readings to bytes and back: small, checked, one column readable without the others.
    room("SealedColumns"),
    // Libraries of the system that few runs need: loaded by those that do, not linked.
    room("SystemLibraries"),
    // What a terminal shows: tables, progress, colours only where there is a terminal, what a misspelt word was meant to be.
    room("Console"),

    // --- adapters: each touches one part of the world ---
    cLibrary("CModbus", pkgConfig: "libmodbus", debian: ["libmodbus-dev"]),
    // Words in, words out: Modbus TCP and RTU; simulated devices on loopback.
    room("ModbusIO", dependsOn: ["CModbus"]),
    // The polling service: one task per bus.
    room(
      "Collecting",
      dependsOn: [
        "ModbusIO", "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities", serviceLifecycle, logging,
      ]),
    // What a running service owes its machine: word to systemd, its status on a Unix socket, a page on loopback.
    room("ServiceSockets"),
    // Headers alone; the library is loaded when something is sent.
    cLibrary("CCurl", debian: ["libcurl4-openssl-dev"]),
    // How messages leave the house: mail servers, sendmail, folders, chats.
    room("Delivery", dependsOn: ["CCurl", "SystemLibraries", "Messages", "CommunityModel", "MarketTime", "Console"]),
    // Readings and interval energies in SQLite: two files, one writer each.
    room(
      "SQLiteStore", dependsOn: ["SealedColumns", "Messages", "Readings", "CommunityModel", "MarketTime", "Quantities", grdb]),
    // Headers alone; the libraries are loaded when a picture is drawn.
    cLibrary("CRsvg", debian: ["libcairo2-dev", "librsvg2-2"]),
    // Charts as PNG by librsvg, for mails.
    room("ChartImages", dependsOn: ["CRsvg", "SystemLibraries"]),
    // Not linked: QRCodes loads it when it is asked for a code.
    cLibrary("CQrencode", debian: ["libqrencode-dev"]),
    // Texts as QR codes by libqrencode, for notice boards.
    room("QRCodes", dependsOn: ["CQrencode", "Charts", "SystemLibraries"]),
    cLibrary("CHighs", pkgConfig: "highs", debian: ["libhighs-dev"]),
    // The solver on HiGHS's C API.
    room("HighsSolver", dependsOn: ["LinearOptimization", "CHighs"]),
    // A solver in a process of its own, killed when the time is up; what both sides say to each other.
    room("SolverProcess", dependsOn: ["LinearOptimization"]),

    // --- programs ---
    // Two calls that Swift's Glibc leaves out: whether the kernel's clock is synchronised, and how threads share memory.
    cLibrary("CTimex"),
    program(
      "energy-collector",
      dependsOn: [
        "Collecting", "Diagnosing", "ModbusIO", "ServiceSockets", "SQLiteStore", "CommunityFiles", "SeriesFiles", "Forecasting",
        "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities", "Console", "CTimex", argumentParser, logging,
        serviceLifecycle, unixSignals,
      ]),
    program(
      "energy-opt",
      dependsOn: [
        "SQLiteStore", "CommunityFiles", "SeriesFiles", "PlanPreparation", "Forecasting", "Planning", "LinearOptimization",
        "HighsSolver", "SolverProcess", "Messages", "Delivery", "Summaries", "Charts", "ChartImages", "QRCodes", "Reporting",
        "Settlement", "RecordLedger", "EnergySharing", "MeterData", "CaseFiles", "EnergySystems",
        "Readings", "CommunityModel", "MarketTime", "Quantities", "Console", argumentParser,
      ], linking: highsRunPaths),

    // --- tests: one target a room, and the rules that no compiler checks ---
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: settings),
    tests("Quantities"),
    tests("MarketTime", using: ["Quantities"]),
    tests("CommunityModel", using: ["MarketTime", "Quantities"]),
    tests("Messages", using: ["CommunityModel", "MarketTime", "Quantities"]),
    tests("EnergySharing", using: ["CommunityModel", "MarketTime", "Quantities"], data: ["Support", "Vectors"]),
    tests("RecordLedger"),
    tests("Settlement", using: ["EnergySharing", "RecordLedger", "CommunityModel", "MarketTime", "Quantities"]),
    tests("Readings", using: ["CommunityModel", "MarketTime", "Quantities"]),
    tests(
      "CommunityFiles",
      using: ["Messages", "Planning", "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities"],
      data: ["Broken"]),
    tests(
      "Collecting",
      using: [
        "ModbusIO", "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities", logging, serviceLifecycle,
      ]),
    // Fills a store with known readings until it is killed, loses power or disk; a process of its own, so that it can be.
    .executableTarget(
      name: "StoreWriter", dependencies: ["SQLiteStore", "Readings", "CommunityModel", "MarketTime", grdb],
      path: "Tests/StoreWriter", swiftSettings: settings),
    // Runs the built programs, beside an independent Modbus server.
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "energy-opt", "energy-collector", "StoreWriter", "EnergySystems", "HighsSolver", "LinearOptimization", "SolverProcess",
        "TestSupport",
      ],
      exclude: ["Support"],
      swiftSettings: settings,
      linkerSettings: highsRunPaths),
    tests("LinearOptimization"),
    tests("EnergySystems", using: ["HighsSolver", "LinearOptimization"]),
    tests("CaseFiles", using: ["EnergySystems", "HighsSolver", "LinearOptimization"], data: ["Cases"]),
    // Cases of other programs and what they come to (../shared/cases), as energy systems.
    .testTarget(
      name: "ReferenceCasesTests",
      dependencies: ["CaseFiles", "EnergySystems", "HighsSolver", "LinearOptimization", "TestSupport"],
      swiftSettings: settings,
      linkerSettings: highsRunPaths),
    tests("HighsSolver", using: ["LinearOptimization"]),
    tests("SolverProcess", using: ["LinearOptimization"]),
    tests(
      "Planning", using: ["EnergySystems", "HighsSolver", "LinearOptimization", "CommunityModel", "MarketTime", "Quantities"]),
    tests(
      "PlanPreparation",
      using: [
        "Planning", "HighsSolver", "LinearOptimization", "Forecasting", "Reporting", "Readings", "CommunityModel", "MarketTime",
        "Quantities",
      ]),
    tests("MeterData", using: ["Forecasting", "CommunityModel", "MarketTime", "Quantities"]),
    tests("Forecasting", using: ["CommunityModel", "MarketTime", "Quantities"]),
    tests("Spreadsheets", data: ["Samples"]),
    tests(
      "SeriesFiles", using: ["Forecasting", "Readings", "CommunityModel", "MarketTime", "Quantities"], data: ["Official"]),
    tests("SealedColumns"),
    tests("Console"),
    tests("Charts", using: ["Console"], data: ["Golden"]),
    tests("QRCodes", using: ["Charts", "ChartImages"]),
    tests("ChartImages", using: ["Charts", "Console"]),
    tests("Diagnosing", using: ["DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities", "Console"]),
    tests(
      "Reporting",
      using: [
        "Charts", "Settlement", "RecordLedger", "EnergySharing", "MeterData", "Planning", "HighsSolver", "Console",
        "CommunityModel", "MarketTime", "Quantities",
      ],
      data: ["Golden"]),
    tests(
      "Summaries",
      using: [
        "Charts", "ChartImages", "Reporting", "Forecasting", "EnergySharing", "CommunityModel", "MarketTime", "Quantities",
        "Console",
      ], data: ["Golden"]),
    tests("DeviceProfiles", using: ["Readings", "CommunityModel", "MarketTime", "Quantities"]),
    tests("ModbusIO"),
    tests("ServiceSockets"),
    tests("SystemLibraries"),
    tests("Delivery", using: ["Messages", "CommunityModel", "MarketTime"]),
    tests("SQLiteStore", using: ["SealedColumns", "Messages", "Readings", "CommunityModel", "MarketTime", "Quantities", grdb]),
  ]
)
