// What all tiles of winograd.h share; for files compiled for AVX2 and FMA only.
#pragma once
#include "winograd.h"

namespace limpid::winograd {

constexpr int64_t most_tiles = 48; // of a block

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t greatest(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
static inline int64_t round_up(int64_t a, int64_t b) { return divide_up(a, b) * b; }

// A unit's place in the images.
struct Unit {
    int64_t image, row, first_tile, tiles;
};

// The units of a block, worked out once for all of its channels.
struct Units {
    Unit list[most_tiles];
    int64_t count, tiles;
};

// Rows run fastest, so that neighbors in a block share input rows.
static inline Unit unit_at(const Plan& plan, int64_t index) {
    const int64_t row = index % plan.tile_rows, rest = index / plan.tile_rows;
    const int64_t first = rest % plan.segments * plan.segment_tiles;
    return {rest / plan.segments, row, first, least(plan.segment_tiles, plan.tile_columns - first)};
}

static inline Units units_of(const Plan& plan, int64_t block) {
    const int64_t first = block * plan.units_per_block;
    Units units{{}, least(plan.units_per_block, plan.units - first), 0};
    for (int64_t u = 0; u < units.count; ++u) {
        units.list[u] = unit_at(plan, first + u);
        units.tiles += units.list[u].tiles;
    }
    return units;
}

static inline bool is_below(const Unit& before, const Unit& unit) {
    return before.image == unit.image && before.first_tile == unit.first_tile && before.row + 1 == unit.row;
}

}  // namespace limpid::winograd
