import CRsvg
import SystemLibraries

/// librsvg, and with it cairo and GLib: loaded when the first picture is drawn, and only once. A run that draws none does without their
/// memory, and a machine that draws none does without them.
struct PictureLibrary: Sendable {
  /// Their functions, as C has them.
  let calls: eo_picture_functions

  /// This machine's. Threads that ask at once wait for the one that loads it.
  private static let loaded = Result { () throws(ChartImageError) in try PictureLibrary() }

  /// This machine's.
  ///
  /// - Throws: `ChartImageError.noLibrary`, each time, where it is not installed.
  static func installed() throws(ChartImageError) -> PictureLibrary { try loaded.get() }

  /// The libraries under the names that Debian 12 and later give them; `rsvg` is librsvg's.
  ///
  /// - Throws: `ChartImageError.noLibrary` where one is absent or too old.
  init(rsvg: String = "librsvg-2.so.2") throws(ChartImageError) {
    do throws(SystemLibraryError) {
      let rsvg = try SystemLibrary(rsvg)
      let cairo = try SystemLibrary("libcairo.so.2")
      calls = eo_picture_functions(
        rsvg_handle_new_from_data: try rsvg.function("rsvg_handle_new_from_data"),
        rsvg_handle_get_intrinsic_size_in_pixels: try rsvg.function("rsvg_handle_get_intrinsic_size_in_pixels"),
        rsvg_handle_render_document: try rsvg.function("rsvg_handle_render_document"),
        g_object_unref: try SystemLibrary("libgobject-2.0.so.0").function("g_object_unref"),
        g_error_free: try SystemLibrary("libglib-2.0.so.0").function("g_error_free"),
        cairo_image_surface_create: try cairo.function("cairo_image_surface_create"),
        cairo_image_surface_get_data: try cairo.function("cairo_image_surface_get_data"),
        cairo_image_surface_get_stride: try cairo.function("cairo_image_surface_get_stride"),
        cairo_surface_flush: try cairo.function("cairo_surface_flush"),
        cairo_surface_destroy: try cairo.function("cairo_surface_destroy"),
        cairo_create: try cairo.function("cairo_create"),
        cairo_destroy: try cairo.function("cairo_destroy"),
        cairo_status: try cairo.function("cairo_status"),
        cairo_status_to_string: try cairo.function("cairo_status_to_string"),
        cairo_set_source_rgb: try cairo.function("cairo_set_source_rgb"),
        cairo_paint: try cairo.function("cairo_paint"))
    } catch {
      throw .noLibrary("\(error)")
    }
  }

  /// What cairo says of a status.
  func words(of status: cairo_status_t) -> String {
    calls.cairo_status_to_string(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
  }

  /// What librsvg says went wrong; frees it.
  func words(of failure: UnsafeMutablePointer<eo_glib_error>?) -> String {
    guard let failure else { return "no reason given" }
    defer { calls.g_error_free(failure) }
    return failure.pointee.message.map { String(cString: $0) } ?? "no reason given"
  }
}
