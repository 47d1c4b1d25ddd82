// The plans and filters of winograd.h, and tiles of two columns with 8 tiles a vector.
#include "winograd.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "winograd_lanes_avx2.h"
#include "winograd_whole_rows_avx2.h"

namespace limpid::winograd {

namespace {

// The number of units in a block that keeps the busiest thread shortest, in vectors of tiles: partly filled vectors and
// unequal shares cost time, and each block costs a little for reading the filters once more.
int64_t best_units(const Plan& plan, int64_t most, int64_t threads, int64_t vector) {
    int64_t best = most, shortest = INT64_MAX;
    for (int64_t units = most; units > 0; --units) {
        const int64_t blocks = divide_up(plan.units, units), full = blocks < threads ? blocks : divide_up(blocks, threads);
        const int64_t each = divide_up(units * plan.segment_tiles, vector);
        const int64_t last = divide_up((plan.units - (blocks - 1) * units) * plan.segment_tiles, vector);
        const int64_t time = 8 * (threads == 1 ? (blocks - 1) * each + last : full * each) + full;
        if (time < shortest) {
            shortest = time;
            best = units;
        }
    }
    return best;
}

}  // namespace

int64_t Plan::workspace_floats() const {
    return block_floats(*this) + (tile.columns == 4 ? large_scratch_floats(*this) : narrow_scratch(tile.rows));
}

Plan make_plan(const Shape& shape, int64_t threads, bool wide, Tile tile) {
    Plan plan{};
    plan.shape = shape;
    plan.tile = tile;
    plan.multiply = wide ? multiply_avx512 : multiply_avx2;
    plan.tile_rows = divide_up(shape.out_height(), tile.rows);
    plan.tile_columns = divide_up(shape.out_width(), tile.columns);
    // The transformed input of a block should stay in the second-level cache: half a megabyte, or one where vectors are wide. Tiles of
    // 4 come with more filters, which are read once a block: a larger one pays although it does not quite fit.
    const int64_t vector = wide ? 16 : 8, cached_floats = wide || tile.columns == 4 ? 3 << 16 : 1 << 17;
    int64_t room = least(most_tiles, cached_floats / (tile.points() * shape.in_channels));
    room = room >= 3 * vector ? room / (3 * vector) * (3 * vector) : greatest(tile.columns == 4 ? 16 : vector, room / vector * vector);
    plan.segments = divide_up(plan.tile_columns, room);
    plan.segment_tiles = plan.segments == 1 ? plan.tile_columns : round_up(divide_up(plan.tile_columns, plan.segments), 8);
    plan.units = shape.images * plan.segments * plan.tile_rows;
    plan.units_per_block = best_units(plan, greatest(1, room / plan.segment_tiles), threads, vector);
    plan.blocks = divide_up(plan.units, plan.units_per_block);
    plan.block_tiles = round_up(plan.units_per_block * plan.segment_tiles, 16);
    plan.run_block = tile.columns == 4 ? run_large_block : wide ? narrow_block_avx512(plan) : narrow_block_avx2(plan);
    return plan;
}

RunBlock* narrow_block_avx2(const Plan& plan) { return plan.tile.rows == 4 ? narrow_block<EightTiles, 4>(plan) : narrow_block<EightTiles, 2>(plan); }

static void transform_filter(const double g[9], Tile tile, int64_t plane, float* to) {
    double columns[3][6];
    for (int j = 0; j < 3; ++j) filter_points(tile.rows, g[j], g[3 + j], g[6 + j], columns[j]);
    for (int64_t i = 0; i < tile.rows + 2; ++i) {
        double row[6];
        filter_points(tile.columns, columns[0][i], columns[1][i], columns[2][i], row);
        for (int64_t q = 0; q < tile.columns + 2; ++q) *to = static_cast<float>(row[q]), to += plane;
    }
}

bool transform_filters(const float* filters, const Shape& shape, bool reversed, float* transformed, Tile tile) {
    const int64_t plane = shape.filter_panels() * filter_panel * shape.in_channels;
    bool finite = true;
    for (int64_t k = 0; k < shape.filter_panels() * filter_panel; ++k) {
        for (int64_t c = 0; c < shape.in_channels; ++c) {
            float* to = transformed + (k / filter_panel * shape.in_channels + c) * filter_panel + k % filter_panel;
            if (k >= shape.out_channels) {
                for (int64_t p = 0; p < tile.points(); ++p) to[p * plane] = 0;
                continue;
            }
            const float* f = filters + (reversed ? c * shape.out_channels + k : k * shape.in_channels + c) * 9;
            double g[9]; // rounded once, at the end
            for (int i = 0; i < 9; ++i) {
                g[i] = reversed ? f[8 - i] : f[i];
                finite = finite && g[i] <= largest_safe && g[i] >= -largest_safe; // false for NaN, too
            }
            transform_filter(g, tile, plane, to);
        }
    }
    return finite;
}

}  // namespace limpid::winograd

#else

// Another kind of processor: never called.
namespace limpid::winograd {
int64_t Plan::workspace_floats() const { return 0; }
Plan make_plan(const Shape&, int64_t, bool, Tile) { return {}; }
bool transform_filters(const float*, const Shape&, bool, float*, Tile) { return false; }
RunBlock* narrow_block_avx2(const Plan&) { return nullptr; }
}  // namespace limpid::winograd

#endif
