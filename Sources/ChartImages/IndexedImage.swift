import CRsvg

/// Pixels as a PNG file with a palette (ISO/IEC 15948, colour type 3): a byte a pixel, a quarter of what full colours take to compress.
///
/// Charts have few colours. Those that differ in the lowest 3 bits of red, green and blue only, as the edges of letters do, become one: the one of
/// the longest run of pixels, so that areas keep theirs. Beyond 256 the rarest take the nearest of the others.
struct IndexedImage {
  private let width: Int
  private let height: Int
  /// 0xRRGGBB.
  private var palette: [UInt32] = []
  /// Rows of indices into the palette, each behind a zero: PNG's filter "none".
  private var rows: [UInt8]

  /// Colours that are taken as one.
  private struct Shade {
    var pixels: Int32 = 0
    var colour: UInt32 = 0
    var longestRun: Int32 = 0
    var place: UInt8 = 0
  }

  /// The image of `pixels`, row by row, `stride` of them from one row to the next; their upper 8 bits do not count.
  init(_ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, stride: Int) {
    (self.width, self.height) = (width, height)
    rows = [UInt8](repeating: 0, count: (width + 1) * height)
    var shades = [Shade](repeating: Shade(), count: 1 << 15)
    Self.eachRun(of: pixels, width, height, stride) { colour, _, _, length in
      let number = Self.shade(of: colour)
      shades[number].pixels += Int32(length)
      if length > shades[number].longestRun { (shades[number].longestRun, shades[number].colour) = (Int32(length), colour) }
    }
    let used = shades.indices.filter { shades[$0].pixels > 0 }.sorted { (shades[$0].pixels, $1) > (shades[$1].pixels, $0) }
    palette = used.prefix(256).map { shades[$0].colour }
    for (place, number) in used.enumerated() {
      shades[number].place = place < 256 ? UInt8(place) : Self.nearest(to: shades[number].colour, in: palette)
    }
    let line = width + 1
    rows.withUnsafeMutableBufferPointer { rows in
      Self.eachRun(of: pixels, width, height, stride) { colour, row, start, length in
        let first = row * line + 1 + start
        rows[first..<(first + length)].update(repeating: shades[Self.shade(of: colour)].place)
      }
    }
  }

  private static func shade(of colour: UInt32) -> Int {
    let red: UInt32 = (colour >> 9) & 0x7C00
    let green: UInt32 = (colour >> 6) & 0x3E0
    let blue: UInt32 = (colour >> 3) & 0x1F
    return Int(red | green | blue)
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
      status = compress2(target.baseAddress, &count, rows, uLong(rows.count), 5)
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
