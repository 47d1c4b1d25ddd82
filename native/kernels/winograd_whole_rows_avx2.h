// The way into the transform where whole rows of tiles fill a vector: rows transformed along the width stay in registers, where
// NarrowTransform writes them to memory and reads vectors that overlap several of those it wrote, for which the processor waits.
#pragma once
#include "winograd_narrow_avx2.h"

namespace limpid::winograd {

namespace {

// Rows of pixels that share half a vector of tiles, which is Lanes::count pixels; 0 where rows of tiles do not fill a vector.
template <class Lanes>
int64_t rows_in_half(const Plan& plan) {
    const int64_t width = plan.shape.width;
    const bool fits = plan.shape.padding == 1 && plan.segments == 1 && width >= 4 && 2 * Lanes::count % width == 0;
    return fits ? greatest(1, Lanes::count / width) : 0;
}

// The same numbers as NarrowTransform. Pieces: rows_in_half.
template <class Lanes, int Rows, int Pieces>
class WholeRowsTransform : public NarrowTransform<Lanes, Rows> {
public:
    using Vector = typename Lanes::Vector;
    using Mask = typename Lanes::Mask;
    using NarrowTransform<Lanes, Rows>::points;

    WholeRowsTransform(const Plan& plan, const Units& units, float* memory)
        : NarrowTransform<Lanes, Rows>(plan, units, memory), vectors(divide_up(units.tiles, Lanes::count)) {
        bool left[Lanes::count], right[Lanes::count];
        for (int64_t lane = 0; lane < Lanes::count; ++lane) {
            left[lane] = lane % plan.tile_columns != 0;
            right[lane] = (lane + 1) % plan.tile_columns != 0;
        }
        with_left = Lanes::mask_of(left);
        with_right = Lanes::mask_of(right);
        const int64_t pixels = least(shape.width, Lanes::count), halves = shape.width / pixels;
        for (int64_t v = 0; v < vectors; ++v) {
            for (int64_t k = 0; k < 2 * Pieces; ++k) {
                const int64_t at = v * 2 * Pieces + k, u = at / halves;
                for (int64_t i = 0; i < points; ++i) {
                    parts[v][i][k] = u < units.count ? part_of(units.list[u], i, at % halves * pixels, k % Pieces * pixels, pixels) : nothing();
                }
            }
        }
    }

    void into(const float* input, int64_t channel, float* transformed, int64_t plane) {
        const int64_t area = shape.height * shape.width, ahead = 4 * area;
        const float* from = input + channel * area;
        for (int64_t v = 0; v < vectors; ++v) {
            Vector across[points][4]; // rows after the transform along the width
#pragma GCC unroll 6
            for (int i = 0; i < points; ++i) {
                const Part* left = parts[v][i];
                const Part* right = left + Pieces;
                if (i < Rows) {
                    __builtin_prefetch(from + left[i % Pieces].at + ahead);
                    __builtin_prefetch(from + right[i % Pieces].at + ahead);
                }
                const Vector a = load(from, left), b = load(from, right), even = Lanes::evens(a, b), odd = Lanes::odds(a, b);
                const Vector x[4] = {Lanes::lane_before(odd, with_left), even, odd, Lanes::lane_after(even, with_right)};
                to_points<Lanes>(x, across[i]);
            }
#pragma GCC unroll 4
            for (int q = 0; q < 4; ++q) {
                Vector x[points];
#pragma GCC unroll 6
                for (int i = 0; i < points; ++i) x[i] = across[i][q];
                this->put_points(x, transformed + q * plane + v * Lanes::count, plane);
            }
        }
    }

private:
    using NarrowTransform<Lanes, Rows>::shape;

    // Pixels of a row for some lanes. At: where lane 0 would be, in the first channel.
    struct Part {
        int64_t at;
        Mask lanes;
    };

    const int64_t vectors;
    Mask with_left, with_right; // tiles that have a neighbor in their row
    Part parts[most_tiles / Lanes::count][points][2 * Pieces];

    static Part nothing() { return {0, Lanes::lanes(0, 0)}; }

    Part part_of(const Unit& unit, int64_t point, int64_t column, int64_t lane, int64_t pixels) const {
        const int64_t row = Rows * unit.row - 1 + point;
        if (row < 0 || row >= shape.height) return nothing();
        return {(unit.image * shape.in_channels * shape.height + row) * shape.width + column - lane, Lanes::lanes(lane, lane + pixels)};
    }

    static Vector load(const float* from, const Part* part) {
        Vector v = Lanes::load(from + part->at, part->lanes);
#pragma GCC unroll 4
        for (int k = 1; k < Pieces; ++k) v = Lanes::load_more(v, from + part[k].at, part[k].lanes);
        return v;
    }
};

template <class Lanes, int Rows>
RunBlock* narrow_block(const Plan& plan) {
    const int64_t pieces = rows_in_half<Lanes>(plan);
    if constexpr (Lanes::count == 16) {
        if (pieces == 4) return run_narrow_block<WholeRowsTransform<Lanes, Rows, 4>>;
    }
    return pieces == 2   ? run_narrow_block<WholeRowsTransform<Lanes, Rows, 2>>
           : pieces == 1 ? run_narrow_block<WholeRowsTransform<Lanes, Rows, 1>>
                         : run_narrow_block<NarrowTransform<Lanes, Rows>>;
}

}  // namespace

}  // namespace limpid::winograd
