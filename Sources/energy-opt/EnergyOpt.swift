import ArgumentParser

/// Plans, reports and keeps the data of an energy community.
@main
struct EnergyOpt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy-opt",
    abstract: "Plans and reports the energy of a community: storage, cars, sun, grid, from its own readings.",
    version: "0.1.0")
}
