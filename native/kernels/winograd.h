// 3x3 convolution, stride 1, by Winograd (Lavin & Gray, CVPR 2016): F(2x2,3x3) takes 16 products where the sum needs 36, and
// F(4x4,3x3) takes 36 where it needs 144, at errors three to four times as large. Tile, below, is 2 or 4: a tile's outputs on a side.
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

namespace limpid::winograd {

constexpr int64_t points = 16;       // of the transform of tiles of 2: 4x4
constexpr int64_t large_points = 36; // and of 4: 6x6
constexpr int64_t points_of(int64_t tile) { return tile == 4 ? large_points : points; }
// Products of so many channels are summed by themselves before they join the rest: short sums round less, and their tiles stay in
// the first-level cache while one panel after the other uses them.
constexpr int64_t summed_channels = 32;
constexpr int64_t filter_panel = 4; // output channels that lie side by side in transformed filters
// Larger filters could overflow where the plain sum does not; NaN and infinity are above it, too.
constexpr float largest_safe = 1e15f;

// Images [images, in_channels, height, width], all contiguous; zero padding 0, 1 or 2 on each side.
struct Shape {
    int64_t images, in_channels, out_channels, height, width, padding;

    int64_t out_height() const { return height + 2 * padding - 2; }
    int64_t out_width() const { return width + 2 * padding - 2; }
    int64_t filter_panels() const { return (out_channels + filter_panel - 1) / filter_panel; }
};

// Products of one transform point, summed over the input channels: filters [panels][channels][4], tiles [channels][pitch],
// products [4 * panels][pitch]. Tiles are computed up to the next multiple of 16, so pitch is one. Next: how far behind these filters
// those lie that are needed after them, for a network's filters are too many for the caches; they are fetched meanwhile.
using Multiply = void(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t count, int64_t pitch, float* products);
constexpr int64_t no_next = 0;
Multiply multiply_avx2, multiply_avx512; // the same numbers from both

struct Plan;

// Computes the outputs [first_panel, last_panel) x 4 channels of one block, plus bias and addend (of the output's shape) where
// they are not null; filters as transformed.
// Returns false if an output is not finite; then its outputs are unfit, for the transforms mix neighbors.
using RunBlock = bool(const Plan& plan, int64_t block, int64_t first_panel, int64_t last_panel, const float* input, const float* filters,
                      const float* bias, const float* addend, float* output, float* workspace);
RunBlock run_block_avx2, run_block_avx512; // tiles of 2, the same numbers from both
RunBlock run_large_block;                  // tiles of 4

// How the output's tiles are cut into units (a run of tiles in one row) and units into blocks.
struct Plan {
    Shape shape;
    int64_t tile;
    Multiply* multiply;
    RunBlock* run_block;
    int64_t tile_rows, tile_columns;
    int64_t segments, segment_tiles; // parts of a tile row
    int64_t units, units_per_block;
    int64_t block_tiles;             // room for a block's tiles, a multiple of 16
    int64_t blocks;

    int64_t workspace_floats() const;
};

// Wide: with AVX-512.
Plan make_plan(const Shape& shape, int64_t threads, bool wide, int64_t tile = 2);

inline int64_t filter_floats(const Shape& shape, int64_t tile = 2) {
    return points_of(tile) * shape.filter_panels() * filter_panel * shape.in_channels;
}

// Transforms filters [out, in, 3, 3]; reversed: filters [in, out, 3, 3] of the convolution whose input gradient is wanted.
// Returns false, leaving the result unfit, if a filter is not finite or is too large.
bool transform_filters(const float* filters, const Shape& shape, bool reversed, float* transformed, int64_t tile = 2);

// The parts of the above for tiles of 4.
int64_t large_scratch_floats(const Plan& plan); // of the workspace, behind tiles and products
void transform_large_filter(const double g[9], int64_t plane, float* to); // points plane apart

}  // namespace limpid::winograd
