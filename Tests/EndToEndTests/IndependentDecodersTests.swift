import Foundation
import Testing

@Suite("Values that other programs wrote")
struct IndependentDecodersTests {
  @Test("into SunSpec devices with random points are read as pysunspec2 computes them, model by model and point by point")
  func sunSpecImages() async throws {
    let folder = try TemporaryFolder()
    let bench = try await ModbusBench.images(into: folder.path)
    let images = bench.recordings
    let named: Set = [
      1, 101, 102, 103, 111, 112, 113, 120, 121, 122, 123, 124, 160, 201, 202, 203, 204, 211, 212, 213, 214, 701, 702, 703, 704,
      713, 714, 802,
    ]
    for model in named {
      #expect(images.count { $0.models?.contains(model) == true } >= 3, "model \(model)")
    }
    let reports = try await Self.probe(images, devices: folder.path)
    for (image, report) in zip(images, reports) {
      #expect(report.refused.isEmpty, "\(image.title)")
      let differences = report.differences(from: image)
      #expect(differences.isEmpty, "\(image.title): \(differences.prefix(5).joined(separator: "; "))")
    }
    let compared = images.map(\.second)
    let silent = compared.map { $0.values.count { $0 == nil } }.reduce(0, +)
    print(
      "\(images.count) images, \(named.count) models, \(compared.map(\.count).reduce(0, +)) points compared, "
        + "\(silent) of them not implemented")
    #expect(compared.map(\.count).reduce(0, +) > 5000)
    #expect(silent > 500)
  }

  @Test(
    "into other projects' tests and makers' manuals are read as they stand there",
    .enabled(if: Checkout.hasDumps, "../shared/devices/dumps/decode-vectors.yaml is not beside this checkout"))
  func vectors() async throws {
    let folder = try TemporaryFolder()
    let bench = try await ModbusBench.vectors(of: "\(Checkout.dumps)/decode-vectors.yaml", into: folder.path)
    let device = try #require(bench.recordings.first)
    #expect(device.expected.count == 19)
    #expect(device.missing.count == 13)
    let report = try await ProbeReport(of: device, devices: folder.path)
    let values = Dictionary(uniqueKeysWithValues: report.quantities.map { ("\($0.part).\($0.channel)", $0.value) })
    for (key, value) in device.expected { #expect(values[key] == value, "\(device.labels?[key] ?? key)") }
    for key in device.missing { #expect(values[key] == .some(nil), "\(device.labels?[key] ?? key)") }
    #expect(report.differences(from: device).isEmpty)
  }

  /// Probes all of `images`, two at a time, in their order.
  private static func probe(_ images: [ModbusBench.Recording], devices folder: String) async throws -> [ProbeReport] {
    try await withThrowingTaskGroup(of: (Int, ProbeReport).self) { group in
      var reports: [Int: ProbeReport] = [:]
      for (index, image) in images.enumerated() {
        if index >= 2, let (done, report) = try await group.next() { reports[done] = report }
        group.addTask { (index, try await ProbeReport(of: image, devices: folder)) }
      }
      for try await (done, report) in group { reports[done] = report }
      return images.indices.compactMap { reports[$0] }
    }
  }
}
