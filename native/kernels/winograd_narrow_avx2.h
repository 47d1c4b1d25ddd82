// F(2x2,3x3) and F(4x2,3x3) of winograd.h for vectors of Lanes::count tiles. Vectors run over neighboring tiles, row after row, so
// images keep their [N,C,H,W] layout.
#pragma once
#include <cstring>

#include "winograd_block_avx2.h"
#include "winograd_points.h"

namespace limpid::winograd {

namespace {

// Units below each other, whose tiles follow each other. Tile: the first one's place in the block.
struct Run {
    Unit first;
    int64_t units, tile;
};

// Neighboring pixels from one vector of pixels (half a vector of tiles), starting at a lane. At: in a channel of the first image.
struct Piece {
    int64_t vector, lane, pixels, at;
    int64_t rows; // of the tile that the image has
};

// Input rows of a run after the transform along the width, row r as [r % Rows][4][scratch_pitch]. A run has a row of tiles more than outputs.
constexpr int64_t scratch_pitch = 2 * most_tiles + 16;
constexpr int64_t narrow_scratch(int64_t rows) { return rows * 4 * scratch_pitch; }

// Tiles of Rows by 2 outputs.
template <class Lanes, int Rows>
class NarrowTransform {
public:
    using Vector = typename Lanes::Vector;
    static constexpr int points = Rows + 2; // along the height; 4 along the width

    NarrowTransform(const Plan& given, const Units& units, float* memory) : shape(given.shape), tiles(units.tiles), scratch(memory) {
        int64_t tile = 0;
        for (int64_t u = 0; u < units.count; ++u) {
            const Unit& unit = units.list[u];
            if (u > 0 && is_below(units.list[u - 1], unit)) {
                ++runs[run_count - 1].units;
            } else {
                runs[run_count++] = {unit, 1, tile};
            }
            add_pieces(unit, tile);
            tile += unit.tiles;
        }
        pieces[piece_count].vector = -1;
    }

    void into(const float* input, int64_t channel, float* transformed, int64_t plane) {
        for (int64_t i = 0; i < run_count; ++i) into(runs[i], input, channel, transformed, plane);
    }

    bool back(const float* products, int64_t plane, int64_t channel, float bias, const float* addend, float* output) const {
        const int64_t height = shape.out_height(), width = shape.out_width(), start = channel * height * width;
        const Vector offset = Lanes::all(bias);
        Vector finite = Lanes::all(0); // NaN for good once an output is not finite
        const Piece* piece = pieces;
        for (int64_t t = 0; t < tiles; t += Lanes::count) {
            Vector even[points], odd[points], rows[2][Rows];
#pragma GCC unroll 6
            for (int i = 0; i < points; ++i) {
                const float* from = products + 4 * i * plane + t;
                const Vector m0 = Lanes::load(from), m1 = Lanes::load(from + plane), m2 = Lanes::load(from + 2 * plane), m3 = Lanes::load(from + 3 * plane);
                even[i] = Lanes::add(m0, Lanes::add(m1, m2));
                odd[i] = Lanes::sub(Lanes::sub(m1, m2), m3);
            }
            from_points<Lanes>(even, rows[0]);
            from_points<Lanes>(odd, rows[1]);
            Vector pixels[Rows][2];
#pragma GCC unroll 4
            for (int i = 0; i < Rows; ++i) Lanes::interleave(Lanes::add(rows[0][i], offset), Lanes::add(rows[1][i], offset), pixels[i]);
#pragma GCC unroll 2
            for (int half = 0; half < 2; ++half) {
                for (; piece->vector == 2 * t / Lanes::count + half; ++piece) {
#pragma GCC unroll 4
                    for (int i = 0; i < Rows; ++i) {
                        if (i >= piece->rows) break;
                        const int64_t at = start + piece->at + i * width;
                        // Each channel is another page, where the processor does not look ahead by itself.
                        __builtin_prefetch(output + at + height * width, 1);
                        put(output, addend, at, pixels[i][half], *piece, finite);
                    }
                }
            }
        }
        return !Lanes::has_nan(finite);
    }

protected:
    const Shape& shape;

    // A column of a vector of tiles, through the transform along the height.
    static void put_points(const Vector (&x)[points], float* to, int64_t plane) {
        Vector values[points];
        to_points<Lanes>(x, values);
#pragma GCC unroll 6
        for (int i = 0; i < points; ++i) Lanes::store(to + 4 * i * plane, values[i]);
    }

private:
    const int64_t tiles;
    float* const scratch;
    int64_t run_count = 0, piece_count = 0;
    Run runs[most_tiles];
    Piece pieces[2 * most_tiles + 1];

    void add_pieces(const Unit& unit, int64_t tile) {
        constexpr int64_t per_vector = Lanes::count / 2;
        const int64_t width = shape.out_width(), row = (unit.image * shape.out_channels * shape.out_height() + Rows * unit.row) * width;
        for (int64_t t = 0; t < unit.tiles;) {
            const int64_t lane = (tile + t) % per_vector, some = least(per_vector - lane, unit.tiles - t), left = 2 * (unit.first_tile + t);
            pieces[piece_count++] = {(tile + t) / per_vector, 2 * lane, least(2 * some, width - left), row + left, least(Rows, shape.out_height() - Rows * unit.row)};
            t += some;
        }
    }

    void into(const Run& run, const float* input, int64_t channel, float* transformed, int64_t plane) {
        const int64_t row_tiles = run.first.tiles, top = Rows * run.first.row - shape.padding, left = 2 * run.first.first_tile - shape.padding;
        const float* image = input + (run.first.image * shape.in_channels + channel) * shape.height * shape.width;
        // Past a row's end a vector writes what the next row overwrites.
        for (int64_t r = 0; r < Rows * run.units + 2; ++r) {
            float* to = scratch + r % Rows * 4 * scratch_pitch + r / Rows * row_tiles;
            if (top + r < 0 || top + r >= shape.height) {
                for (int64_t q = 0; q < 4; ++q) std::memset(to + q * scratch_pitch, 0, sizeof(float) * row_tiles);
            } else {
                Lanes::transform_row(image + (top + r) * shape.width, shape.width, left, row_tiles, to, scratch_pitch, 4 * shape.height * shape.width);
            }
        }
        // Past a run's end, what the next run or the next channel overwrites.
        for (int64_t t = 0; t < run.units * row_tiles; t += Lanes::count) {
#pragma GCC unroll 4
            for (int64_t q = 0; q < 4; ++q) {
                Vector x[points];
#pragma GCC unroll 6
                for (int i = 0; i < points; ++i) x[i] = Lanes::load(scratch + (i % Rows * 4 + q) * scratch_pitch + i / Rows * row_tiles + t);
                put_points(x, transformed + q * plane + run.tile + t, plane);
            }
        }
    }

    static void put(float* output, const float* addend, int64_t at, Vector pixels, const Piece& piece, Vector& finite) {
        const float* added = addend == nullptr ? nullptr : addend + at;
        if (piece.pixels == Lanes::count) {
            if (added != nullptr) pixels = Lanes::add(pixels, Lanes::load(added));
            Lanes::store(output + at, pixels);
        } else {
            pixels = Lanes::first(pixels, piece.lane, piece.pixels);
            if (added != nullptr) pixels = Lanes::add(pixels, Lanes::load(added, piece.pixels));
            Lanes::store(output + at, pixels, piece.pixels);
        }
        finite = Lanes::multiply_add(pixels, Lanes::all(0), finite);
    }
};

template <class Transform>
bool run_narrow_block(const Plan& plan, int64_t block, int64_t first_panel, int64_t last_panel, const float* input, const float* filters,
                      const float* bias, const float* addend, float* output, float* workspace) {
    const Units units = units_of(plan, block);
    Transform transform(plan, units, workspace + block_floats(plan));
    return run_panels(plan, transform, units.tiles, first_panel, last_panel, input, filters, bias, addend, output, workspace);
}

}  // namespace

}  // namespace limpid::winograd
