import Foundation

/// A folder with a `collector.yaml`, the store, and the devices that stand behind it.
struct CollectorSite {
  let folder: TemporaryFolder
  var file: String { folder.file("collector.yaml") }
  var store: String { folder.file("readings.sqlite") }

  /// With these devices.
  init(_ devices: [CollectorYAML.Device]) throws {
    folder = try TemporaryFolder()
    try write(devices)
  }

  /// Saves the file anew.
  func write(_ devices: [CollectorYAML.Device]) throws {
    try folder.write(CollectorYAML(devices: devices).text, to: "collector.yaml")
  }

  /// Starts the collector; it commits every second.
  func start(_ options: String..., environment: [String: String] = [:]) throws -> ChildProcess {
    try ChildProcess(
      Checkout.program(.collector), ["run", file, "--store", store, "--commit-every", "1"] + options, environment: environment)
  }

  /// Asks the running collector.
  func status() async throws -> (exit: Int32, status: StatusJSON) {
    let asked = try await ChildProcess.run(.collector, "status", "--store", store, "--json")
    guard let status = try? StatusJSON.read(asked.output) else {
      throw Checkout.Missing(what: "a status", hint: asked.errors)
    }
    return (asked.status, status)
  }

  /// A heat meter at `address`, which the samples of its profile can serve.
  static func meter(_ name: String, at address: String, every: String = "200 ms") -> CollectorYAML.Device {
    .init(name: name, profile: "diehl/sharky-775", address: address, every: every)
  }
}
