import CRsvg
import Dispatch
import Synchronization

/// Pictures as PNG, drawn by librsvg: for mails, whose programs show no SVG.
///
/// Reads nothing but the text it is given: references to files and addresses in it are not followed.
public struct PictureEncoder: Sendable {
  /// The greatest width and height in pixels.
  public static let greatestSize = 10_000

  /// An encoder.
  public init() {}

  /// `svg` as a PNG file `width` pixels wide, the height by the picture's proportions; for a sharp picture on today's screens, 1.5 times the
  /// picture's own width.
  ///
  /// Fonts are the machine's; with Debian's fonts-dejavu-core there is one. Where a colour is left open, it is white.
  public func png(svg: String, width: Int) throws(ChartImageError) -> [UInt8] {
    guard (1...Self.greatestSize).contains(width) else { throw .size(width: width) }
    let document = try SVGDocument(svg)
    let (ownWidth, ownHeight) = try document.size()
    let height = max(1, (Double(width) * ownHeight / ownWidth).rounded())
    guard height <= Double(Self.greatestSize) else { throw .size(width: width) }
    let sheet = try Sheet(width: width, height: Int(height))
    try document.draw(on: sheet)
    return try sheet.png()
  }

  /// Many pictures as `png(svg:width:)` draws each, in their order, on as many cores as there are.
  public func pngs(of pictures: [(svg: String, width: Int)]) throws(ChartImageError) -> [[UInt8]] {
    let drawn = Mutex([Result<[UInt8], ChartImageError>](repeating: .success([]), count: pictures.count))
    DispatchQueue.concurrentPerform(iterations: pictures.count) { place in
      let result: Result<[UInt8], ChartImageError>
      do throws(ChartImageError) {
        result = .success(try png(svg: pictures[place].svg, width: pictures[place].width))
      } catch {
        result = .failure(error)
      }
      drawn.withLock { $0[place] = result }
    }
    var images: [[UInt8]] = []
    for result in drawn.withLock({ $0 }) { images.append(try result.get()) }
    return images
  }
}

/// A document that librsvg has read; freed at the end of its scope.
private struct SVGDocument: ~Copyable {
  private let handle: OpaquePointer

  init(_ text: String) throws(ChartImageError) {
    var failure: UnsafeMutablePointer<GError>?
    var text = text
    let created = text.withUTF8 { rsvg_handle_new_from_data($0.baseAddress, gsize($0.count), &failure) }
    handle = try accepted(created, failure)
  }

  deinit { g_object_unref(UnsafeMutableRawPointer(handle)) }

  /// Its own width and height in pixels, both above zero.
  func size() throws(ChartImageError) -> (width: Double, height: Double) {
    var (width, height) = (0.0, 0.0)
    guard rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height) != 0, width > 0, height > 0 else {
      throw .unreadable("it has no width and height in pixels")
    }
    return (width, height)
  }

  /// Draws it over the whole of `sheet`.
  func draw(on sheet: borrowing Sheet) throws(ChartImageError) {
    var viewport = RsvgRectangle(x: 0, y: 0, width: Double(sheet.width), height: Double(sheet.height))
    var failure: UnsafeMutablePointer<GError>?
    guard rsvg_handle_render_document(handle, sheet.pen, &viewport, &failure) != 0 else { throw .drawing(words(of: failure)) }
  }
}

/// White paper in memory and a pen for it; freed at the end of its scope.
private struct Sheet: ~Copyable {
  let width: Int
  let height: Int
  let pen: OpaquePointer?
  private let surface: OpaquePointer?

  init(width: Int, height: Int) throws(ChartImageError) {
    // Without transparency, so that mail programs with dark backgrounds show the picture as it is.
    // cairo always gives a surface and a pen; where memory is short, they say so.
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    pen = cairo_create(surface)
    (self.width, self.height) = (width, height)
    let status = cairo_status(pen)
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(words(of: status)) }
    cairo_set_source_rgb(pen, 1, 1, 1)
    cairo_paint(pen)
  }

  deinit {
    cairo_destroy(pen)
    cairo_surface_destroy(surface)
  }

  /// What is on it, as a PNG file.
  func png() throws(ChartImageError) -> [UInt8] {
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else { throw .drawing("no memory for \(width) x \(height) pixels") }
    let stride = Int(cairo_image_surface_get_stride(surface)) / 4
    let image = data.withMemoryRebound(to: UInt32.self, capacity: stride * height) { pixels in
      IndexedImage(UnsafeBufferPointer(start: pixels, count: stride * height), width: width, height: height, stride: stride)
    }
    return try image.png()
  }
}

/// What librsvg made of a text; where it made nothing, the reason is thrown.
private func accepted(_ handle: OpaquePointer?, _ failure: UnsafeMutablePointer<GError>?) throws(ChartImageError) -> OpaquePointer
{
  guard let handle else { throw .unreadable(words(of: failure)) }
  return handle
}

/// What cairo says of a status.
private func words(of status: cairo_status_t) -> String { String(cString: cairo_status_to_string(status)) }

/// What librsvg says went wrong; frees it.
private func words(of failure: UnsafeMutablePointer<GError>?) -> String {
  guard let failure else { return "no reason given" }
  defer { g_error_free(failure) }
  return failure.pointee.message.map { String(cString: $0) } ?? "no reason given"
}
