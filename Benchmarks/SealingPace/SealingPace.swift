import Glibc
import SealedColumns

/// Seals and reads columns of whole numbers and prints what that takes, as JSON: `sealing-pace FILE DEVICES COLUMNS SAMPLES CHUNK STEP JITTER`.
///
/// FILE holds DEVICES times COLUMNS times SAMPLES little-endian Int64, a device's column after the other. A chunk has CHUNK samples,
/// STEP ms apart, each up to JITTER ms early or late.
@main
struct SealingPace {
  static func main() throws {
    let arguments = CommandLine.arguments
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    guard numbers.count == 6, let values = read(arguments[1]) else {
      print("usage: sealing-pace FILE DEVICES COLUMNS SAMPLES CHUNK STEP JITTER")
      exit(2)
    }
    let chunks = chunks(of: values, numbers)
    let count = chunks.reduce(0) { $0 + $1.times.count * $1.columns.count }
    var sealed: [[UInt8]] = []
    let encode = try best { sealed = try chunks.map { try $0.sealed() } }
    let decode = try best {
      var buffer: [Int64] = []
      for bytes in sealed {
        let chunk = try SealedChunk(bytes)
        for place in chunk.columns.indices { try chunk.readValues(of: place, into: &buffer) }
      }
    }
    var summed = 0
    let sums = try best {
      for bytes in sealed {
        let chunk = try SealedChunk(bytes)
        let ends = Array(stride(from: 90, through: chunk.sampleCount, by: 90))
        for place in chunk.columns.indices { try chunk.addUp(place, endingBefore: ends) { _, _, count in summed += count } }
      }
    }
    let parts = try chunks.map { try Chunk(times: $0.times, columns: []).sealed() }
    let bytes = sealed.reduce(0) { $0 + $1.count }
    let timeBytes = parts.reduce(0) { $0 + $1.count }
    for (chunk, bytes) in zip(chunks, sealed) {
      let read = try SealedChunk(bytes)
      let isSame =
        try read.times() == chunk.times && chunk.columns.indices.allSatisfy { try read.column($0) == chunk.columns[$0] }
      guard isSame else { throw Changed() }
    }
    let million = Double(count) / 1e6
    let timeCount = chunks.reduce(0) { $0 + $1.times.count }
    print(
      """
      {"values": \(count), "chunks": \(chunks.count), "bytes_per_value": \(Double(bytes) / Double(count)), \
      "bits_per_time": \(8 * Double(timeBytes) / Double(timeCount)), "sealed_million_per_s": \(million / encode), \
      "read_million_per_s": \(million / decode), "summed_million_per_s": \(million / sums)}
      """)
  }

  /// A chunk that does not come back as it was.
  private struct Changed: Error {}

  /// The least CPU seconds of five runs.
  private static func best(_ work: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<5 {
      let start = clock()
      try work()
      best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
    }
    return best
  }

  private static func chunks(of values: [Int64], _ numbers: [Int]) -> [Chunk] {
    let (devices, columns, samples, length) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let (step, jitter) = (Int64(numbers[4]), Int64(numbers[5]))
    var random = UInt64(1)
    return (0..<devices).flatMap { device in
      stride(from: 0, to: samples, by: length).map { start in
        let range = start..<min(samples, start + length)
        let times = range.map { sample in
          random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return 1_767_225_600_000 + Int64(sample) * step + (jitter > 0 ? Int64(random >> 33) % (2 * jitter + 1) - jitter : 0)
        }
        return Chunk(
          times: times,
          columns: (0..<columns).map { column in
            let first = (device * columns + column) * samples
            return Column(
              series: Int64(device * columns + column), values: Array(values[first + range.lowerBound..<first + range.upperBound])
            )
          })
      }
    }
  }

  private static func read(_ path: String) -> [Int64]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let count = ftell(file) / 8
    rewind(file)
    return Array(unsafeUninitializedCapacity: count) { buffer, read in read = fread(buffer.baseAddress, 8, count, file) }
  }
}
