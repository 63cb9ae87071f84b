// librsvg, which reads SVG, cairo, which draws it, and zlib, which packs it: room ChartImages is the one that imports them.
// librsvg's own header wants all of GIO and GDK-PixBuf, for flags that SwiftPM refuses with a warning at each build; the three calls
// below are as librsvg 2.52 and later declare them (librsvg/rsvg-handle.h).
#include <cairo.h>
#include <glib-object.h>
#include <zlib.h>

typedef struct _RsvgHandle RsvgHandle;

typedef struct {
  double x;
  double y;
  double width;
  double height;
} RsvgRectangle;

RsvgHandle *rsvg_handle_new_from_data(const guint8 *data, gsize length, GError **error);
gboolean rsvg_handle_get_intrinsic_size_in_pixels(RsvgHandle *handle, gdouble *width, gdouble *height);
gboolean rsvg_handle_render_document(RsvgHandle *handle, cairo_t *cr, const RsvgRectangle *viewport, GError **error);
