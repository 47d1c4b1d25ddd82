// The arithmetic of pointwise.h.
#include "pointwise.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <cstring>

namespace limpid::pointwise {

namespace {

constexpr int64_t panels_per_chunk = 16; // channels whose products are kept before they are stored: 64

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// One row of products to its place.
void store_row(const float* products, int64_t count, float bias, const float* addend, float* to) {
    const __m256 offset = _mm256_set1_ps(bias);
    int64_t i = 0;
    if (addend == nullptr) {
        for (; i + 8 <= count; i += 8) _mm256_storeu_ps(to + i, _mm256_add_ps(_mm256_loadu_ps(products + i), offset));
    } else {
        for (; i + 8 <= count; i += 8) _mm256_storeu_ps(to + i, _mm256_add_ps(_mm256_add_ps(_mm256_loadu_ps(products + i), offset), _mm256_loadu_ps(addend + i)));
    }
    for (; i < count; ++i) to[i] = products[i] + bias + (addend == nullptr ? 0 : addend[i]);
}

}  // namespace

int64_t Shape::workspace_floats() const { return (in_channels + panels_per_chunk * filter_panel) * pitch(); }

void pack_filters(const float* filters, const Shape& shape, bool reversed, float* packed) {
    for (int64_t k = 0; k < shape.panels() * filter_panel; ++k) {
        float* to = packed + k / filter_panel * filter_panel * shape.in_channels + k % filter_panel;
        for (int64_t c = 0; c < shape.in_channels; ++c) {
            to[c * filter_panel] = k >= shape.out_channels ? 0 : filters[reversed ? c * shape.out_channels + k : k * shape.in_channels + c];
        }
    }
}

void run_block(const Shape& shape, int64_t image, int64_t block, int64_t first_panel, int64_t last_panel, const float* input, const float* packed,
               const float* bias, const float* addend, float* output, float* workspace) {
    const int64_t first = block * shape.block(), count = least(shape.block(), shape.pixels - first), pitch = shape.pitch();
    float *tiles = workspace, *products = workspace + shape.in_channels * pitch;
    const int64_t padded = (count + 15) / 16 * 16;
    for (int64_t c = 0; c < shape.in_channels; ++c) {
        std::memcpy(tiles + c * pitch, input + (image * shape.in_channels + c) * shape.pixels + first, sizeof(float) * count);
        if (count < padded) std::memset(tiles + c * pitch + count, 0, sizeof(float) * (padded - count));
    }
    for (int64_t panel = first_panel; panel < last_panel; panel += panels_per_chunk) {
        const int64_t panels = least(panels_per_chunk, last_panel - panel);
        const int64_t panel_floats = filter_panel * shape.in_channels;
        shape.multiply(shape.in_channels, packed + panel * panel_floats, panels, panels * panel_floats, tiles, count, pitch, products);
        const int64_t first_channel = panel * filter_panel, last_channel = least(shape.out_channels, first_channel + panels * filter_panel);
        for (int64_t k = first_channel; k < last_channel; ++k) {
            const int64_t place = (image * shape.out_channels + k) * shape.pixels + first;
            store_row(products + (k - first_channel) * pitch, count, bias == nullptr ? 0 : bias[k], addend == nullptr ? nullptr : addend + place, output + place);
        }
    }
}

}  // namespace limpid::pointwise

#else

// Another kind of processor: never called.
namespace limpid::pointwise {
int64_t Shape::workspace_floats() const { return 0; }
void pack_filters(const float*, const Shape&, bool, float*) {}
void run_block(const Shape&, int64_t, int64_t, int64_t, int64_t, const float*, const float*, const float*, const float*, float*, float*) {}
}  // namespace limpid::pointwise

#endif
