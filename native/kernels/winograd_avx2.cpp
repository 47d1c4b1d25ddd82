// The arithmetic of winograd.h. Vectors run over neighboring tiles of a row, so images keep their [N,C,H,W] layout.
#include "winograd.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <cstring>

#include "winograd_units_avx2.h"

namespace limpid::winograd {

namespace {

__m256 evens(__m256 low, __m256 high) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(_mm256_shuffle_ps(low, high, 0x88)), 0xd8));
}

__m256 odds(__m256 low, __m256 high) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(_mm256_shuffle_ps(low, high, 0xdd)), 0xd8));
}

// One input row through the transform along the width: result [4][pitch], one column of it per tile.
void transform_row(const float* row, int64_t width, int64_t first_column, int64_t tiles, float* result, int64_t pitch, int64_t ahead) {
    for (int64_t t = 0; t < tiles; t += 8) {
        const int64_t column = first_column + 2 * t;
        const float* source = row + column;
        // Each channel is another page, where the processor does not look ahead by itself.
        _mm_prefetch(reinterpret_cast<const char*>(source) + ahead, _MM_HINT_T0);
        __m256 a, b, c, d;
        if (column >= 0 && column + 18 <= width) {
            a = _mm256_loadu_ps(source);
            b = _mm256_loadu_ps(source + 8);
            c = _mm256_loadu_ps(source + 2);
            d = _mm256_loadu_ps(source + 10);
        } else {
            a = _mm256_maskload_ps(source, _mm256_andnot_si256(lanes_below(-column), lanes_below(width - column)));
            b = _mm256_maskload_ps(source + 8, lanes_below(width - column - 8));
            c = _mm256_maskload_ps(source + 2, lanes_below(width - column - 2)); // padding is at most 2
            d = _mm256_maskload_ps(source + 10, lanes_below(width - column - 10));
        }
        const __m256 x0 = evens(a, b), x1 = odds(a, b), x2 = evens(c, d), x3 = odds(c, d);
        _mm256_storeu_ps(result + t, _mm256_sub_ps(x0, x2));
        _mm256_storeu_ps(result + pitch + t, _mm256_add_ps(x1, x2));
        _mm256_storeu_ps(result + 2 * pitch + t, _mm256_sub_ps(x2, x1));
        _mm256_storeu_ps(result + 3 * pitch + t, _mm256_sub_ps(x1, x3));
    }
}

struct Rows {
    float* row[4];
    int64_t pitch;
};

// Input row r of a plane, or zeros outside of it.
void prepare_row(const Shape& shape, const float* plane, const Unit& unit, int64_t r, float* result, int64_t pitch) {
    if (r < 0 || r >= shape.height) {
        std::memset(result, 0, sizeof(float) * 4 * pitch);
    } else {
        transform_row(plane + r * shape.width, shape.width, 2 * unit.first_tile - shape.padding, unit.tiles, result, pitch, 2 * sizeof(float) * shape.height * shape.width);
    }
}

// One channel of a block: transformed [16 points][tiles], points plane_pitch apart.
void transform_channel(const Plan& plan, const float* input, int64_t channel, const Units& units, Rows rows,
                       float* transformed, int64_t plane_pitch) {
    const Shape& shape = plan.shape;
    int64_t tile = 0;
    Unit before{-1, -1, -1, 0};
    for (int64_t u = 0; u < units.count; ++u) {
        const Unit unit = units.list[u];
        const float* plane = input + (unit.image * shape.in_channels + channel) * shape.height * shape.width;
        const int64_t top = 2 * unit.row - shape.padding;
        const bool below = is_below(before, unit);
        if (below) {
            float *first = rows.row[0], *second = rows.row[1];
            rows.row[0] = rows.row[2];
            rows.row[1] = rows.row[3];
            rows.row[2] = first;
            rows.row[3] = second;
        }
        for (int64_t i = below ? 2 : 0; i < 4; ++i) prepare_row(shape, plane, unit, top + i, rows.row[i], rows.pitch);

        // Past the row's end a vector writes what the next row overwrites.
        for (int64_t t = 0; t < unit.tiles; t += 8) {
            for (int64_t q = 0; q < 4; ++q) {
                const int64_t at = q * rows.pitch + t;
                const __m256 x0 = _mm256_loadu_ps(rows.row[0] + at), x1 = _mm256_loadu_ps(rows.row[1] + at);
                const __m256 x2 = _mm256_loadu_ps(rows.row[2] + at), x3 = _mm256_loadu_ps(rows.row[3] + at);
                float* to = transformed + q * plane_pitch + tile + t;
                _mm256_storeu_ps(to, _mm256_sub_ps(x0, x2));
                _mm256_storeu_ps(to + 4 * plane_pitch, _mm256_add_ps(x1, x2));
                _mm256_storeu_ps(to + 8 * plane_pitch, _mm256_sub_ps(x2, x1));
                _mm256_storeu_ps(to + 12 * plane_pitch, _mm256_sub_ps(x1, x3));
            }
        }
        tile += unit.tiles;
        before = unit;
    }
}

// Where outputs go, and what is added to them.
struct Target {
    float* to;
    const float* addend; // or null

    Target at(int64_t offset) const { return {to + offset, addend == nullptr ? nullptr : addend + offset}; }
};

// Stores 8 neighboring pixels. Finite becomes NaN for good when one of them is not finite.
void store_eight(Target target, __m256 pixels, __m256& finite) {
    if (target.addend != nullptr) pixels = _mm256_add_ps(pixels, _mm256_loadu_ps(target.addend));
    _mm256_storeu_ps(target.to, pixels);
    finite = _mm256_fmadd_ps(pixels, _mm256_setzero_ps(), finite);
}

// Stores 16 pixels given as even and odd ones, 8 each to two places that usually are neighbors; the first count of them.
void store_pixels(Target first, Target second, __m256 even, __m256 odd, int64_t count, __m256& finite) {
    const __m256 low = _mm256_unpacklo_ps(even, odd), high = _mm256_unpackhi_ps(even, odd);
    const __m256 pixels[2] = {_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31)};
    if (count >= 8) store_eight(first, pixels[0], finite);
    if (count >= 16) store_eight(second, pixels[1], finite);
    if (count >= 16 || count == 8) return;
    alignas(32) float rest[8];
    _mm256_store_ps(rest, pixels[count > 8]);
    const Target target = count > 8 ? second : first;
    const int64_t left = count > 8 ? count - 8 : count;
    float all = 0;
    for (int64_t i = 0; i < left; ++i) {
        target.to[i] = target.addend == nullptr ? rest[i] : rest[i] + target.addend[i];
        all += 0 * target.to[i];
    }
    finite = _mm256_add_ps(finite, _mm256_set1_ps(all));
}

// One output channel of a block from its products [16 points][tiles], points plane_pitch apart.
void transform_back(const Plan& plan, int64_t channel, const Units& units, const float* products, int64_t plane_pitch,
                    float bias, Target output, __m256& finite) {
    const Shape& shape = plan.shape;
    const int64_t height = shape.out_height(), width = shape.out_width();
    const __m256 offset = _mm256_set1_ps(bias);
    const auto row_of = [&](const Unit& unit) {
        return output.at(((unit.image * shape.out_channels + channel) * height + 2 * unit.row) * width + 2 * unit.first_tile);
    };
    int64_t tile = 0;
    for (int64_t u = 0; u < units.count;) {
        const Unit& unit = units.list[u];
        // Rows of 8 pixels go by twos, so that vectors are full.
        const bool pair = width == 8 && unit.tiles == 4 && u + 1 < units.count;
        const Unit& other = pair ? units.list[u + 1] : unit;
        const Target row = row_of(unit), other_row = row_of(other);
        const int64_t tiles = pair ? 8 : unit.tiles, columns = pair ? 16 : least(2 * unit.tiles, width - 2 * unit.first_tile);
        const bool second_row = 2 * unit.row + 1 < height, other_second_row = 2 * other.row + 1 < height;
        for (int64_t t = 0; t < tiles; t += 8) {
            const float* from = products + tile + t;
            __m256 upper[4], lower[4];
#pragma GCC unroll 4
            for (int q = 0; q < 4; ++q) {
                const __m256 m0 = _mm256_loadu_ps(from + q * plane_pitch), m1 = _mm256_loadu_ps(from + (4 + q) * plane_pitch);
                const __m256 m2 = _mm256_loadu_ps(from + (8 + q) * plane_pitch), m3 = _mm256_loadu_ps(from + (12 + q) * plane_pitch);
                upper[q] = _mm256_add_ps(m0, _mm256_add_ps(m1, m2));
                lower[q] = _mm256_sub_ps(_mm256_sub_ps(m1, m2), m3);
            }
            const int64_t count = columns - 2 * t;
            const Target first = row.at(2 * t), second = pair ? other_row : row.at(2 * t + 8);
            store_pixels(first, second, _mm256_add_ps(_mm256_add_ps(upper[0], offset), _mm256_add_ps(upper[1], upper[2])),
                         _mm256_add_ps(_mm256_sub_ps(offset, upper[3]), _mm256_sub_ps(upper[1], upper[2])), count, finite);
            const __m256 even = _mm256_add_ps(_mm256_add_ps(lower[0], offset), _mm256_add_ps(lower[1], lower[2]));
            const __m256 odd = _mm256_add_ps(_mm256_sub_ps(offset, lower[3]), _mm256_sub_ps(lower[1], lower[2]));
            if (second_row && other_second_row) {
                store_pixels(first.at(width), second.at(width), even, odd, count, finite);
            } else if (second_row) {
                store_pixels(first.at(width), second.at(width), even, odd, 8, finite); // the pair's other row is an image's last
            } else if (pair && other_second_row) {
                store_pixels(second.at(width), first.at(width), _mm256_permute2f128_ps(even, even, 0x11), _mm256_permute2f128_ps(odd, odd, 0x11), 8, finite);
            }
        }
        tile += tiles;
        u += pair ? 2 : 1;
    }
}

bool all_finite(__m256 finite) { return _mm256_movemask_ps(_mm256_cmp_ps(finite, finite, _CMP_UNORD_Q)) == 0; }

int64_t input_plane(const Plan& plan) { return plan.shape.in_channels * plan.block_tiles + slack; }
int64_t product_plane(const Plan& plan) { return panels_per_chunk * filter_panel * plan.block_tiles + slack; }
int64_t row_pitch(const Plan& plan) { return round_up(plan.segment_tiles, 8); }

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
    return tile == 4 ? large_workspace_floats(*this) : points * (input_plane(*this) + product_plane(*this)) + 16 * row_pitch(*this);
}

Plan make_plan(const Shape& shape, int64_t threads, bool wide, int64_t tile) {
    Plan plan{};
    plan.shape = shape;
    plan.tile = tile;
    plan.multiply = wide ? multiply_avx512 : multiply_avx2;
    plan.tile_rows = divide_up(shape.out_height(), tile);
    plan.tile_columns = divide_up(shape.out_width(), tile);
    // The transformed input of a block should stay in the second-level cache: half a megabyte, or one where vectors are wide. Tiles of
    // 4 come with more filters, which are read once a block: a larger one pays although it does not quite fit.
    const int64_t vector = wide ? 16 : 8, cached_floats = wide || tile == 4 ? 3 << 16 : 1 << 17;
    int64_t room = least(most_tiles, cached_floats / (points_of(tile) * shape.in_channels));
    room = room >= 3 * vector ? room / (3 * vector) * (3 * vector) : greatest(tile == 4 ? 16 : vector, room / vector * vector);
    plan.segments = divide_up(plan.tile_columns, room);
    plan.segment_tiles = plan.segments == 1 ? plan.tile_columns : round_up(divide_up(plan.tile_columns, plan.segments), 8);
    plan.units = shape.images * plan.segments * plan.tile_rows;
    plan.units_per_block = best_units(plan, greatest(1, room / plan.segment_tiles), threads, vector);
    plan.blocks = divide_up(plan.units, plan.units_per_block);
    plan.block_tiles = round_up(plan.units_per_block * plan.segment_tiles, 16);
    return plan;
}

bool run_block(const Plan& plan, int64_t block, int64_t first_panel, int64_t last_panel, const float* input, const float* transformed,
               const float* bias, const float* addend, float* output, float* workspace) {
    if (plan.tile == 4) return run_large_block(plan, block, first_panel, last_panel, input, transformed, bias, addend, output, workspace);
    const Shape& shape = plan.shape;
    const Units units = units_of(plan, block);
    const int64_t pitch = plan.block_tiles, plane = input_plane(plan), products_plane = product_plane(plan);
    float* tiles = workspace;
    float* products = tiles + points * plane;
    float* scratch = products + points * products_plane;
    Rows rows{{scratch, scratch + 4 * row_pitch(plan), scratch + 8 * row_pitch(plan), scratch + 12 * row_pitch(plan)}, row_pitch(plan)};

    for (int64_t c = 0; c < shape.in_channels; ++c) {
        transform_channel(plan, input, c, units, rows, tiles + c * pitch, plane);
    }

    __m256 finite = _mm256_setzero_ps();
    const int64_t filters_plane = shape.filter_panels() * filter_panel * shape.in_channels;
    for (int64_t panel = first_panel; panel < last_panel; panel += panels_per_chunk) {
        const int64_t count = least(panels_per_chunk, last_panel - panel);
        for (int64_t p = 0; p < points; ++p) {
            plan.multiply(shape.in_channels, transformed + p * filters_plane + panel * filter_panel * shape.in_channels, count, tiles + p * plane, units.tiles,
                          pitch, products + p * products_plane);
        }
        const int64_t first_channel = panel * filter_panel, last_channel = least(shape.out_channels, first_channel + count * filter_panel);
        for (int64_t k = first_channel; k < last_channel; ++k) {
            transform_back(plan, k, units, products + (k - first_channel) * pitch, products_plane, bias == nullptr ? 0 : bias[k],
                           {output, addend}, finite);
        }
    }
    return all_finite(finite);
}

static void transform_filter(const double g[9], int64_t plane, float* to) {
    double rows[4][3];
    for (int j = 0; j < 3; ++j) {
        const double outer = 0.5 * (g[j] + g[6 + j]), inner = 0.5 * g[3 + j];
        rows[0][j] = g[j];
        rows[1][j] = outer + inner;
        rows[2][j] = outer - inner;
        rows[3][j] = g[6 + j];
    }
    for (int i = 0; i < 4; ++i) {
        const double outer = 0.5 * (rows[i][0] + rows[i][2]), inner = 0.5 * rows[i][1];
        to[(4 * i) * plane] = static_cast<float>(rows[i][0]);
        to[(4 * i + 1) * plane] = static_cast<float>(outer + inner);
        to[(4 * i + 2) * plane] = static_cast<float>(outer - inner);
        to[(4 * i + 3) * plane] = static_cast<float>(rows[i][2]);
    }
}

bool transform_filters(const float* filters, const Shape& shape, bool reversed, float* transformed, int64_t tile) {
    const int64_t plane = shape.filter_panels() * filter_panel * shape.in_channels;
    bool finite = true;
    for (int64_t k = 0; k < shape.filter_panels() * filter_panel; ++k) {
        for (int64_t c = 0; c < shape.in_channels; ++c) {
            float* to = transformed + (k / filter_panel * shape.in_channels + c) * filter_panel + k % filter_panel;
            if (k >= shape.out_channels) {
                for (int64_t p = 0; p < points_of(tile); ++p) to[p * plane] = 0;
                continue;
            }
            const float* f = filters + (reversed ? c * shape.out_channels + k : k * shape.in_channels + c) * 9;
            double g[9]; // rounded once, at the end
            for (int i = 0; i < 9; ++i) {
                g[i] = reversed ? f[8 - i] : f[i];
                finite = finite && g[i] <= largest_safe && g[i] >= -largest_safe; // false for NaN, too
            }
            if (tile == 4) {
                transform_large_filter(g, plane, to);
            } else {
                transform_filter(g, plane, to);
            }
        }
    }
    return finite;
}

}  // namespace limpid::winograd

#else

// Another kind of processor: never called.
namespace limpid::winograd {
int64_t Plan::workspace_floats() const { return 0; }
Plan make_plan(const Shape&, int64_t, bool, int64_t) { return {}; }
bool transform_filters(const float*, const Shape&, bool, float*, int64_t) { return false; }
bool run_block(const Plan&, int64_t, int64_t, int64_t, const float*, const float*, const float*, const float*, float*, float*) { return false; }
}  // namespace limpid::winograd

#endif
