// swift-tools-version: 6.2
import PackageDescription

// Programs that exist to be timed, as whole processes: the year-long reference cases as the tests build them, the collector's
// polling without pauses, the sealing of columns, sharing, and the store's work. Only the rooms that they need, built from the same sources
// (`Rooms` leads to ../Sources).

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let highsRunPath: [LinkerSetting] = [
  .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", Context.packageDirectory + "/../.build-deps/highs/lib"])
]

func room(_ name: String, dependsOn: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependsOn, path: "Rooms/" + name, swiftSettings: settings)
}

let package = Package(
  name: "energy-opt-benchmarks",
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    room("Quantities"),
    room("MarketTime", dependsOn: ["Quantities"]),
    room("CommunityModel", dependsOn: ["MarketTime", "Quantities"]),
    room("EnergySharing", dependsOn: ["CommunityModel", "MarketTime", "Quantities"]),
    .executableTarget(
      name: "sharing-pace", dependencies: ["EnergySharing", "CommunityModel", "MarketTime", "Quantities"], path: "SharingPace",
      swiftSettings: settings),
    room("Readings", dependsOn: ["CommunityModel", "MarketTime", "Quantities"]),
    room("DeviceProfiles", dependsOn: ["Readings", "CommunityModel", "MarketTime", "Quantities"]),
    .systemLibrary(name: "CModbus", path: "Rooms/CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
    room("ModbusIO", dependsOn: ["CModbus"]),
    room(
      "Collecting",
      dependsOn: [
        "ModbusIO", "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities",
        .product(name: "Logging", package: "swift-log"), .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "poll-loop",
      dependencies: ["Collecting", "ModbusIO", "DeviceProfiles", "Readings", "CommunityModel", "MarketTime", "Quantities"],
      path: "PollLoop", swiftSettings: settings),
    room("SealedColumns"),
    room("Messages", dependsOn: ["CommunityModel", "MarketTime", "Quantities"]),
    .executableTarget(name: "sealing-pace", dependencies: ["SealedColumns"], path: "SealingPace", swiftSettings: settings),
    room(
      "SQLiteStore",
      dependsOn: [
        "SealedColumns", "Messages", "Readings", "CommunityModel", "MarketTime", "Quantities",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .executableTarget(
      name: "store-load", dependencies: ["SQLiteStore", "Readings", "CommunityModel", "MarketTime", "Quantities"],
      path: "StoreLoad", swiftSettings: settings),
    .executableTarget(
      name: "ten-years", dependencies: ["SQLiteStore", "Readings", "CommunityModel", "MarketTime"], path: "TenYears",
      swiftSettings: settings),
    room("LinearOptimization"),
    room("EnergySystems", dependsOn: ["LinearOptimization"]),
    room("Console"),
    room("CaseFiles", dependsOn: ["EnergySystems", "LinearOptimization", "Console"]),
    room("Planning", dependsOn: ["EnergySystems", "CommunityModel", "LinearOptimization", "MarketTime", "Quantities"]),
    .systemLibrary(name: "CHighs", path: "Rooms/CHighs", pkgConfig: "highs", providers: [.apt(["libhighs-dev"])]),
    room("HighsSolver", dependsOn: ["LinearOptimization", "CHighs"]),
    .target(name: "TestSupport", path: "TestSupport", swiftSettings: settings),
    .executableTarget(
      name: "reference-years",
      dependencies: ["Planning", "HighsSolver", "LinearOptimization", "CommunityModel", "MarketTime", "Quantities", "TestSupport"],
      path: "ReferenceYears", swiftSettings: settings, linkerSettings: highsRunPath),
    .executableTarget(
      name: "replanning", dependencies: ["CaseFiles", "EnergySystems", "HighsSolver", "LinearOptimization"],
      path: "Replanning", swiftSettings: settings, linkerSettings: highsRunPath),
  ]
)
