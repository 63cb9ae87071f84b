// librsvg, which reads SVG, cairo, which draws it, and zlib, which packs it: room ChartImages is the one that imports them.
// Only zlib is linked. The others are loaded when the first picture is drawn (PictureLibrary): here is what their functions are like.
// librsvg's and GLib's own headers want folders of flags, and all of GIO and GDK-PixBuf; what is used of them is below, as librsvg 2.52
// (librsvg/rsvg-handle.h) and GLib 2.0 (glib/gerror.h, gobject/gobject.h) and later declare it.
#include <cairo/cairo.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

typedef struct {
  uint32_t domain;
  int code;
  char *message;
} eo_glib_error;

typedef struct _RsvgHandle RsvgHandle;

typedef struct {
  double x;
  double y;
  double width;
  double height;
} RsvgRectangle;

// The functions that a picture takes, each under its own name. Nothing changes them once they are found, so threads may share them.
typedef struct __attribute__((swift_attr("@Sendable"))) {
  RsvgHandle *(*_Nonnull rsvg_handle_new_from_data)(const uint8_t *data, size_t length, eo_glib_error **error);
  int (*_Nonnull rsvg_handle_get_intrinsic_size_in_pixels)(RsvgHandle *handle, double *width, double *height);
  int (*_Nonnull rsvg_handle_render_document)(
      RsvgHandle *handle, cairo_t *pen, const RsvgRectangle *viewport, eo_glib_error **error);
  void (*_Nonnull g_object_unref)(void *object);
  void (*_Nonnull g_error_free)(eo_glib_error *error);
  __typeof__(&cairo_image_surface_create) _Nonnull cairo_image_surface_create;
  __typeof__(&cairo_image_surface_get_data) _Nonnull cairo_image_surface_get_data;
  __typeof__(&cairo_image_surface_get_stride) _Nonnull cairo_image_surface_get_stride;
  __typeof__(&cairo_surface_flush) _Nonnull cairo_surface_flush;
  __typeof__(&cairo_surface_destroy) _Nonnull cairo_surface_destroy;
  __typeof__(&cairo_create) _Nonnull cairo_create;
  __typeof__(&cairo_destroy) _Nonnull cairo_destroy;
  __typeof__(&cairo_status) _Nonnull cairo_status;
  __typeof__(&cairo_status_to_string) _Nonnull cairo_status_to_string;
  __typeof__(&cairo_set_source_rgb) _Nonnull cairo_set_source_rgb;
  __typeof__(&cairo_paint) _Nonnull cairo_paint;
} eo_picture_functions;
