import CRsvg

/// Pixels as a PNG file with a palette (ISO/IEC 15948, colour type 3): a byte a pixel, a quarter of what full colours take to compress.
///
/// Charts have few colours; where edges of letters make more than 256, the rarest take the nearest of the others.
struct IndexedImage {
  private let width: Int
  private let height: Int
  /// 0xRRGGBB.
  private var palette: [UInt32] = []
  /// Rows of indices into the palette, each behind a zero: PNG's filter "none".
  private var rows: [UInt8]

  /// The image of `pixels`, row by row, `stride` of them from one row to the next; their upper 8 bits do not count.
  init(_ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, stride: Int) {
    (self.width, self.height) = (width, height)
    rows = [UInt8](repeating: 0, count: (width + 1) * height)
    var counts: [UInt32: Int] = [:]
    Self.eachRun(of: pixels, width, height, stride) { colour, _, _, length in counts[colour, default: 0] += length }
    let byCount = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    palette = Array(byCount.prefix(256))
    var places: [UInt32: UInt8] = [:]
    for (place, colour) in palette.enumerated() { places[colour] = UInt8(place) }
    for colour in byCount.dropFirst(256) { places[colour] = Self.nearest(to: colour, in: palette) }
    let line = width + 1
    rows.withUnsafeMutableBufferPointer { rows in
      Self.eachRun(of: pixels, width, height, stride) { colour, row, start, length in
        let place = places[colour] ?? 0
        for column in start..<(start + length) { rows[row * line + 1 + column] = place }
      }
    }
  }

  /// Calls `body` with each run of equal pixels in a row.
  private static func eachRun(
    of pixels: UnsafeBufferPointer<UInt32>, _ width: Int, _ height: Int, _ stride: Int,
    _ body: (_ colour: UInt32, _ row: Int, _ start: Int, _ length: Int) -> Void
  ) {
    for row in 0..<height {
      var start = 0
      while start < width {
        let pixel = pixels[row * stride + start]
        var end = start + 1
        while end < width, pixels[row * stride + end] == pixel { end += 1 }
        body(pixel & 0xFF_FFFF, row, start, end - start)
        start = end
      }
    }
  }

  private static func nearest(to colour: UInt32, in palette: [UInt32]) -> UInt8 {
    func distance(_ other: UInt32) -> Int32 {
      [16, 8, 0].reduce(0) { sum, shift in
        let step = Int32((colour >> shift) & 0xFF) - Int32((other >> shift) & 0xFF)
        return sum + step * step
      }
    }
    return UInt8(palette.indices.min { distance(palette[$0]) < distance(palette[$1]) } ?? 0)
  }

  /// The file.
  func png() throws(ChartImageError) -> [UInt8] {
    let size = Self.bytes(UInt32(width)) + Self.bytes(UInt32(height))
    // 8 bits, palette, deflate, adaptive filters, no interlace.
    let header = size + [8, 3, 0, 0, 0]
    let colours = palette.flatMap { [UInt8(($0 >> 16) & 0xFF), UInt8(($0 >> 8) & 0xFF), UInt8($0 & 0xFF)] }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header) + Self.chunk("PLTE", colours)
      + Self.chunk("IDAT", try compressed()) + Self.chunk("IEND", [])
  }

  private func compressed() throws(ChartImageError) -> [UInt8] {
    var count = compressBound(uLong(rows.count))
    var status = Z_OK
    let target = [UInt8](unsafeUninitializedCapacity: Int(count)) { target, written in
      status = compress2(target.baseAddress, &count, rows, uLong(rows.count), 6)
      written = status == Z_OK ? Int(count) : 0
    }
    guard status == Z_OK else { throw .drawing("zlib says \(status)") }
    return target
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bytes(UInt32(data.count)) + body + bytes(UInt32(truncatingIfNeeded: crc32(0, body, uInt(body.count))))
  }

  /// Most significant byte first.
  private static func bytes(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
}
