// The sheets: cairo draws, pango sets the type, libqrencode makes the codes.
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include "daemon/labels/labels.h"

namespace market::labels {
namespace {

// All lengths in points, 1/72 inch.
constexpr double kMillimetre = 72 / 25.4;
constexpr double kPageWidth = 210 * kMillimetre, kPageHeight = 297 * kMillimetre;  // ISO 216, A4
constexpr int kColumns = 3, kRows = 8;
constexpr double kWidth = kPageWidth / kColumns, kHeight = kPageHeight / kRows;
constexpr double kMargin = 4 * kMillimetre;
/// Large enough for a telephone at arm's length. The margin is more than the four modules of quiet
/// that ISO/IEC 18004, 5.3.8 wants.
constexpr double kCode = 25 * kMillimetre;
/// All methods of a stall have room in three.
constexpr int kLinesEach = 3;
constexpr const char* kFonts = "Noto Sans CJK KR, NanumGothic, sans-serif";

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* one) const { Free(one); }
};
using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_t, cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Freed<cairo_t, cairo_destroy>>;
using Code = std::unique_ptr<QRcode, Freed<QRcode, QRcode_free>>;
using Font =
    std::unique_ptr<PangoFontDescription, Freed<PangoFontDescription, pango_font_description_free>>;
struct Unreferenced {
  void operator()(PangoLayout* one) const { g_object_unref(one); }
};
using Layout = std::unique_ptr<PangoLayout, Unreferenced>;

void draw_code(cairo_t* to, const std::string& link, double x, double y) {
  // Level M restores 15 %: a label gets dirty.
  const Code code{QRcode_encodeString8bit(link.c_str(), 0, QR_ECLEVEL_M)};
  if (!code) return;  // longer than any code; the text beside it still tells
  const double module = kCode / code->width;
  for (int row = 0; row < code->width; ++row) {
    for (int column = 0; column < code->width; ++column) {
      const bool is_dark = (code->data[row * code->width + column] & 1U) != 0;
      if (is_dark) cairo_rectangle(to, x + column * module, y + row * module, module, module);
    }
  }
  cairo_fill(to);
}

/// A text in at most kLinesEach lines; how far down the next one begins.
double draw_text(cairo_t* to, const std::string& text, double size, bool bold, double x, double y) {
  const Layout layout{pango_cairo_create_layout(to)};
  const Font font{pango_font_description_from_string(kFonts)};
  pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
  if (bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(layout.get(), font.get());
  const double room = kWidth - kCode - 3 * kMargin;
  pango_layout_set_width(layout.get(), static_cast<int>(room * PANGO_SCALE));
  pango_layout_set_height(layout.get(), -kLinesEach);  // negative: lines, not points
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  cairo_move_to(to, x, y);
  pango_cairo_show_layout(to, layout.get());
  int height = 0;
  pango_layout_get_pixel_size(layout.get(), nullptr, &height);
  return height;
}

void draw_label(cairo_t* to, const Label& label, double x, double y) {
  cairo_set_source_rgb(to, 0.8, 0.8, 0.8);
  cairo_set_line_width(to, 0.25);
  cairo_rectangle(to, x, y, kWidth, kHeight);
  cairo_stroke(to);
  cairo_set_source_rgb(to, 0, 0, 0);
  draw_code(to, label.link, x + kMargin, y + (kHeight - kCode) / 2);
  const double left = x + kCode + 2 * kMargin;
  double top = y + kMargin;
  top += draw_text(to, label.title, 15, true, left, top);
  for (const auto& line : label.lines) top += draw_text(to, line, 8, false, left, top);
}

std::string page_path(const std::string& path, std::size_t page) {
  if (page == 0) return path;
  const std::filesystem::path whole{path};
  const auto name =
      fmt::format("{}-{}{}", whole.stem().string(), page + 1, whole.extension().string());
  return (whole.parent_path() / name).string();
}

/// Cairo writes what is left when a surface is finished, so that is when it fails.
Result<void> finish(const Surface& surface, const std::string& path) {
  cairo_surface_finish(surface.get());
  const auto status = cairo_surface_status(surface.get());
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(Errc::Io, fmt::format("cannot write '{}': {}", path, cairo_status_to_string(status)));
}

class Sheets {
 public:
  explicit Sheets(std::string path) : path_{std::move(path)} {}

  Result<std::vector<std::string>> draw(const std::vector<Label>& labels) {
    constexpr std::size_t kEach = kColumns * kRows;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (i % kEach == 0) {
        if (auto begun = begin_page(i / kEach); !begun) return tl::unexpected{begun.error()};
      }
      const auto column = static_cast<double>(i % kColumns);
      const auto row = static_cast<double>(i % kEach / kColumns);
      draw_label(context_.get(), labels[i], column * kWidth, row * kHeight);
    }
    if (auto ended = end_page(); !ended) return tl::unexpected{ended.error()};
    return files_;
  }

 private:
  [[nodiscard]] bool is_pdf() const { return path_.ends_with(".pdf"); }

  Result<void> begin_page(std::size_t page) {
    if (is_pdf() && surface_) {
      cairo_show_page(context_.get());
      return {};
    }
    if (auto ended = end_page(); !ended) return ended;
    files_.push_back(page_path(path_, page));
    const auto* path = files_.back().c_str();
    surface_.reset(is_pdf() ? cairo_pdf_surface_create(path, kPageWidth, kPageHeight)
                            : cairo_svg_surface_create(path, kPageWidth, kPageHeight));
    context_.reset(cairo_create(surface_.get()));
    cairo_set_source_rgb(context_.get(), 1, 1, 1);  // an SVG has no paper of its own
    cairo_paint(context_.get());
    return {};
  }

  Result<void> end_page() {
    if (!surface_) return {};
    context_.reset();
    const auto ended = finish(surface_, files_.back());
    surface_.reset();
    return ended;
  }

  std::string path_;
  std::vector<std::string> files_;
  Surface surface_;
  Context context_;
};

}  // namespace

Result<std::vector<std::string>> draw(const std::vector<Label>& labels, const std::string& path) {
  if (!path.ends_with(".pdf") && !path.ends_with(".svg")) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is neither *.pdf nor *.svg", path));
  }
  if (labels.empty()) return fail(Errc::InvalidValue, "the design has nothing to label");
  return Sheets{path}.draw(labels);
}

}  // namespace market::labels
