// swift-tools-version: 6.2
import PackageDescription

// The year-long reference cases as a program, so that a whole process can be timed: only the rooms that it needs, built from the
// same sources (`Rooms` leads to ../Sources), and the cases as the tests build them. None of the main build's dependencies.

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
  targets: [
    room("Quantities"),
    room("MarketTime", dependsOn: ["Quantities"]),
    room("CommunityModel", dependsOn: ["MarketTime", "Quantities"]),
    room("LinearOptimization"),
    room("Planning", dependsOn: ["CommunityModel", "LinearOptimization", "MarketTime", "Quantities"]),
    .systemLibrary(name: "CHighs", path: "Rooms/CHighs", pkgConfig: "highs", providers: [.apt(["libhighs-dev"])]),
    room("HighsSolver", dependsOn: ["LinearOptimization", "CHighs"]),
    .executableTarget(
      name: "reference-years",
      dependencies: ["Planning", "HighsSolver", "LinearOptimization", "CommunityModel", "MarketTime", "Quantities"],
      path: "ReferenceYears", swiftSettings: settings, linkerSettings: highsRunPath),
  ]
)
