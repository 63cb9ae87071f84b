import CRsvg
import Dispatch
import Synchronization

/// Pictures as PNG, drawn by librsvg: for mails, whose programs show no SVG.
///
/// librsvg is loaded when the first picture is drawn; where it is not installed, `ChartImageError.noLibrary` is thrown.
/// Reads nothing but the text it is given: references to files and addresses in it are not followed.
public struct PictureEncoder: Sendable {
  /// The greatest width and height in pixels.
  public static let greatestSize = 10_000

  /// An encoder.
  public init() {}

  /// Why this machine draws no picture at all, `ChartImageError.noLibrary`; nil where it does. Loads librsvg.
  public static var hindrance: ChartImageError? {
    do throws(ChartImageError) { _ = try PictureLibrary.installed() } catch { return error }
    return nil
  }

  /// `svg` as a PNG file `width` pixels wide, the height by the picture's proportions; for a sharp picture on today's screens, 1.5 times the
  /// picture's own width.
  ///
  /// Fonts are the machine's; with Debian's fonts-dejavu-core there is one. Where a colour is left open, it is white.
  public func png(svg: String, width: Int) throws(ChartImageError) -> [UInt8] {
    guard (1...Self.greatestSize).contains(width) else { throw .size(width: width) }
    let library = try PictureLibrary.installed()
    let document = try SVGDocument(svg, library)
    let (ownWidth, ownHeight) = try document.size()
    let height = max(1, (Double(width) * ownHeight / ownWidth).rounded())
    guard height <= Double(Self.greatestSize) else { throw .size(width: width) }
    let sheet = try Sheet(width: width, height: Int(height), library)
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
  private let library: PictureLibrary

  init(_ text: String, _ library: PictureLibrary) throws(ChartImageError) {
    var failure: UnsafeMutablePointer<eo_glib_error>?
    var text = text
    let created = text.withUTF8 { library.calls.rsvg_handle_new_from_data($0.baseAddress, $0.count, &failure) }
    guard let created else { throw .unreadable(library.words(of: failure)) }
    handle = created
    self.library = library
  }

  deinit { library.calls.g_object_unref(UnsafeMutableRawPointer(handle)) }

  /// Its own width and height in pixels, both above zero.
  func size() throws(ChartImageError) -> (width: Double, height: Double) {
    var (width, height) = (0.0, 0.0)
    guard library.calls.rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height) != 0, width > 0, height > 0 else {
      throw .unreadable("it has no width and height in pixels")
    }
    return (width, height)
  }

  /// Draws it over the whole of `sheet`.
  func draw(on sheet: borrowing Sheet) throws(ChartImageError) {
    var viewport = RsvgRectangle(x: 0, y: 0, width: Double(sheet.width), height: Double(sheet.height))
    var failure: UnsafeMutablePointer<eo_glib_error>?
    guard library.calls.rsvg_handle_render_document(handle, sheet.pen, &viewport, &failure) != 0 else {
      throw .drawing(library.words(of: failure))
    }
  }
}

/// White paper in memory and a pen for it; freed at the end of its scope.
private struct Sheet: ~Copyable {
  let width: Int
  let height: Int
  let pen: OpaquePointer?
  private let surface: OpaquePointer?
  private let library: PictureLibrary

  init(width: Int, height: Int, _ library: PictureLibrary) throws(ChartImageError) {
    // Without transparency, so that mail programs with dark backgrounds show the picture as it is.
    // cairo always gives a surface and a pen; where memory is short, they say so.
    surface = library.calls.cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    pen = library.calls.cairo_create(surface)
    (self.width, self.height, self.library) = (width, height, library)
    let status = library.calls.cairo_status(pen)
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(library.words(of: status)) }
    library.calls.cairo_set_source_rgb(pen, 1, 1, 1)
    library.calls.cairo_paint(pen)
  }

  deinit {
    library.calls.cairo_destroy(pen)
    library.calls.cairo_surface_destroy(surface)
  }

  /// What is on it, as a PNG file.
  func png() throws(ChartImageError) -> [UInt8] {
    library.calls.cairo_surface_flush(surface)
    guard let data = library.calls.cairo_image_surface_get_data(surface) else {
      throw .drawing("no memory for \(width) x \(height) pixels")
    }
    let stride = Int(library.calls.cairo_image_surface_get_stride(surface)) / 4
    let image = data.withMemoryRebound(to: UInt32.self, capacity: stride * height) { pixels in
      IndexedImage(UnsafeBufferPointer(start: pixels, count: stride * height), width: width, height: height, stride: stride)
    }
    return try image.png()
  }
}
