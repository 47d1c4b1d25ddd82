// The way of a block, the same for all tiles and vectors; for files compiled for AVX2 and FMA at least.
#pragma once
#include "winograd_units_avx2.h"

namespace limpid::winograd {

namespace {

constexpr int64_t panels_per_chunk = 8;   // channels whose products are kept before they are transformed back: 32
constexpr int64_t slack = 16;             // the last vector of a row may write past it; a cache line, so that planes stay aligned

int64_t input_plane(const Plan& plan) { return plan.shape.in_channels * plan.block_tiles + slack; }
int64_t product_plane(const Plan& plan) { return panels_per_chunk * filter_panel * plan.block_tiles + slack; }
int64_t block_floats(const Plan& plan) { return plan.tile.points() * (input_plane(plan) + product_plane(plan)); }

// A transform knows its block. It has
//   void into(const float* input, int64_t channel, float* tiles, int64_t plane): one channel's tiles, points plane apart;
//   bool back(const float* products, int64_t plane, int64_t channel, float bias, const float* addend, float* output): one channel's
//   outputs, and whether all of them are finite.
template <class Transform>
bool run_panels(const Plan& plan, Transform& transform, int64_t block_tiles, int64_t first_panel, int64_t last_panel, const float* input,
                const float* filters, const float* bias, const float* addend, float* output, float* workspace) {
    const Shape& shape = plan.shape;
    const int64_t count = plan.tile.points(), pitch = plan.block_tiles, plane = input_plane(plan), products_plane = product_plane(plan);
    float* tiles = workspace;
    float* products = tiles + count * plane;
    for (int64_t c = 0; c < shape.in_channels; ++c) transform.into(input, c, tiles + c * pitch, plane);

    bool finite = true;
    const int64_t panel_floats = filter_panel * shape.in_channels, filters_plane = shape.filter_panels() * panel_floats;
    for (int64_t panel = first_panel; panel < last_panel; panel += panels_per_chunk) {
        const int64_t panels = least(panels_per_chunk, last_panel - panel);
        for (int64_t p = 0; p < count; ++p) {
            const int64_t next = p + 1 < count ? filters_plane : panels * panel_floats - p * filters_plane;
            plan.multiply(shape.in_channels, filters + p * filters_plane + panel * panel_floats, panels, next, tiles + p * plane, block_tiles, pitch,
                          products + p * products_plane);
        }
        const int64_t first = panel * filter_panel, last = least(shape.out_channels, first + panels * filter_panel);
        for (int64_t k = first; k < last; ++k) {
            finite &= transform.back(products + (k - first) * pitch, products_plane, k, bias == nullptr ? 0 : bias[k], addend, output);
        }
    }
    return finite;
}

}  // namespace

}  // namespace limpid::winograd
