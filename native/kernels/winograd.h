// 3x3 convolution, stride 1, by Winograd (Lavin & Gray, CVPR 2016): F(2x2,3x3) takes 16 products where the sum needs 36, F(4x2,3x3)
// takes 24 where it needs 72, and F(4x4,3x3) takes 36 where it needs 144. The fewer the products, the larger the errors.
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

namespace limpid::winograd {

// A tile's outputs on its sides.
struct Tile {
    int64_t rows, columns;

    constexpr int64_t outputs() const { return rows * columns; }
    constexpr int64_t points() const { return (rows + 2) * (columns + 2); }
};
constexpr Tile small_tile{2, 2}, tall_tile{4, 2}, large_tile{4, 4};

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
RunBlock* narrow_block_avx2(const Plan& plan); // tiles of two columns; the same numbers from both
RunBlock* narrow_block_avx512(const Plan& plan);
RunBlock run_large_block;

// How the output's tiles are cut into units (a run of tiles in one row) and units into blocks.
struct Plan {
    Shape shape;
    Tile tile;
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
Plan make_plan(const Shape& shape, int64_t threads, bool wide, Tile tile);

inline int64_t filter_floats(const Shape& shape, Tile tile) {
    return tile.points() * shape.filter_panels() * filter_panel * shape.in_channels;
}

// Transforms filters [out, in, 3, 3]; reversed: filters [in, out, 3, 3] of the convolution whose input gradient is wanted.
// Returns false, leaving the result unfit, if a filter is not finite or is too large.
bool transform_filters(const float* filters, const Shape& shape, bool reversed, float* transformed, Tile tile);

int64_t large_scratch_floats(const Plan& plan); // of the workspace, behind tiles and products

}  // namespace limpid::winograd
