// F(4x4,3x3) of winograd.h. Vectors run over 8 tiles of a block, wherever in the images they lie.
#include "winograd.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "lanes_avx2.h"
#include "winograd_block_avx2.h"
#include "winograd_points.h"

namespace limpid::winograd {

namespace {

constexpr int64_t side = 6; // of a tile's inputs

// Four numbers of each of 8 tiles, to vectors of 8 tiles and back: 4x4 transposes in each half.
inline void transpose(__m256 v[4]) {
    const __m256 t0 = _mm256_unpacklo_ps(v[0], v[1]), t1 = _mm256_unpackhi_ps(v[0], v[1]);
    const __m256 t2 = _mm256_unpacklo_ps(v[2], v[3]), t3 = _mm256_unpackhi_ps(v[2], v[3]);
    v[0] = _mm256_shuffle_ps(t0, t2, 0x44);
    v[1] = _mm256_shuffle_ps(t0, t2, 0xee);
    v[2] = _mm256_shuffle_ps(t1, t3, 0x44);
    v[3] = _mm256_shuffle_ps(t1, t3, 0xee);
}

inline __m256 two(const float* low, const float* high) { return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1); }

// Where a block's tiles lie, the same for all channels.
struct Places {
    int64_t first_row[most_tiles];            // of a unit in the padded rows
    bool below[most_tiles];                   // a unit shares two rows with the one before
    int64_t input[most_tiles + 8];            // of a tile in the padded rows
    int64_t output[most_tiles + 8];           // of a tile in an output channel of the first image
    int64_t rows[most_tiles + 8], columns[most_tiles + 8]; // outputs of a tile that exist
};

int64_t padded_pitch(const Plan& plan) { return round_up(4 * plan.segment_tiles + 2, 8); }

Places places_of(const Plan& plan, const Units& units) {
    const Shape& shape = plan.shape;
    const int64_t height = shape.out_height(), width = shape.out_width(), pitch = padded_pitch(plan);
    Places places{};
    int64_t tile = 0, row = 0;
    for (int64_t u = 0; u < units.count; ++u) {
        const Unit& unit = units.list[u];
        places.below[u] = u > 0 && is_below(units.list[u - 1], unit);
        row += u == 0 ? 0 : places.below[u] ? 4 : side;
        places.first_row[u] = row;
        for (int64_t t = 0; t < unit.tiles; ++t, ++tile) {
            const int64_t top = 4 * unit.row, left = 4 * (unit.first_tile + t);
            places.input[tile] = row * pitch + 4 * t;
            places.output[tile] = (unit.image * shape.out_channels * height + top) * width + left;
            places.rows[tile] = least(4, height - top);
            places.columns[tile] = least(4, width - left);
        }
    }
    return places; // tiles past the last one read the first one's input and write nothing
}

// One input row of a unit, with zeros around the image.
void pad_row(const Shape& shape, const float* plane, int64_t r, int64_t first_column, float* to, int64_t pitch) {
    const bool inside = r >= 0 && r < shape.height;
    const float* row = plane + r * shape.width;
    for (int64_t j = 0; j < pitch; j += 8) {
        const int64_t column = first_column + j;
        __m256 v = _mm256_setzero_ps();
        if (inside) {
            v = column >= 0 && column + 8 <= shape.width
                    ? _mm256_loadu_ps(row + column)
                    : _mm256_maskload_ps(row + column, _mm256_andnot_si256(EightLanes::below(-column), EightLanes::below(shape.width - column)));
        }
        _mm256_storeu_ps(to + j, v);
    }
}

// One channel of a block: transformed [36 points][tiles], points plane_pitch apart.
void transform_channel(const Plan& plan, const float* input, int64_t channel, const Units& units, const Places& places, float* padded,
                       float* transformed, int64_t plane_pitch) {
    const Shape& shape = plan.shape;
    const int64_t pitch = padded_pitch(plan);
    for (int64_t u = 0; u < units.count; ++u) {
        const Unit& unit = units.list[u];
        const float* plane = input + (unit.image * shape.in_channels + channel) * shape.height * shape.width;
        for (int64_t i = places.below[u] ? 2 : 0; i < side; ++i) {
            pad_row(shape, plane, 4 * unit.row - shape.padding + i, 4 * unit.first_tile - shape.padding, padded + (places.first_row[u] + i) * pitch, pitch);
        }
    }
    for (int64_t t = 0; t < units.tiles; t += 8) {
        const int64_t* at = places.input + t;
        __m256 rows[side][side];
        for (int64_t i = 0; i < side; ++i) {
            const float* row = padded + i * pitch;
            __m256 d[side], next[4];
#pragma GCC unroll 4
            for (int k = 0; k < 4; ++k) {
                d[k] = two(row + at[k], row + at[k + 4]);
                next[k] = two(row + at[k] + 2, row + at[k + 4] + 2);
            }
            transpose(d);
            transpose(next);
            d[4] = next[2];
            d[5] = next[3];
            to_points<EightLanes>(d, rows[i]);
        }
        for (int64_t q = 0; q < side; ++q) {
            const __m256 d[side] = {rows[0][q], rows[1][q], rows[2][q], rows[3][q], rows[4][q], rows[5][q]};
            __m256 p[side];
            to_points<EightLanes>(d, p);
            float* to = transformed + q * plane_pitch + t;
#pragma GCC unroll 6
            for (int i = 0; i < side; ++i) _mm256_storeu_ps(to + side * i * plane_pitch, p[i]);
        }
    }
}

// Four neighboring pixels, or the first count of them.
inline void store_four(float* to, const float* addend, __m128 pixels, int64_t count) {
    if (count == 4) {
        _mm_storeu_ps(to, addend == nullptr ? pixels : _mm_add_ps(pixels, _mm_loadu_ps(addend)));
        return;
    }
    alignas(16) float rest[4];
    _mm_store_ps(rest, pixels);
    for (int64_t i = 0; i < count; ++i) to[i] = addend == nullptr ? rest[i] : rest[i] + addend[i];
}

// One output channel of a block from its products [36 points][tiles], points plane_pitch apart. Finite becomes NaN for good when an
// output is not finite.
void transform_back(const Plan& plan, int64_t channel, int64_t tiles, const Places& places, const float* products, int64_t plane_pitch, float bias,
                    const float* addend, float* output, __m128& finite) {
    const int64_t width = plan.shape.out_width(), plane = channel * plan.shape.out_height() * width;
    for (int64_t t = 0; t < tiles; t += 8) {
        __m256 columns[side][4];
        for (int64_t q = 0; q < side; ++q) {
            __m256 m[side];
#pragma GCC unroll 6
            for (int i = 0; i < side; ++i) m[i] = _mm256_loadu_ps(products + (side * i + q) * plane_pitch + t);
            from_points<EightLanes>(m, columns[q]);
        }
        const int64_t some = least(8, tiles - t);
        for (int64_t i = 0; i < 4; ++i) {
            const __m256 m[side] = {columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i], columns[5][i]};
            __m256 y[4];
            from_points<EightLanes>(m, y);
            for (auto& v : y) v = _mm256_add_ps(v, _mm256_set1_ps(bias));
            transpose(y);
            alignas(32) __m128 pixels[8];
#pragma GCC unroll 4
            for (int k = 0; k < 4; ++k) {
                pixels[k] = _mm256_castps256_ps128(y[k]);
                pixels[k + 4] = _mm256_extractf128_ps(y[k], 1);
            }
            for (int64_t k = 0; k < some; ++k) {
                if (i >= places.rows[t + k]) continue;
                const int64_t to = plane + places.output[t + k] + i * width;
                store_four(output + to, addend == nullptr ? nullptr : addend + to, pixels[k], places.columns[t + k]);
                // Where a tile reaches past the image its other outputs are sums of real inputs and zeros: finite unless a neighbor is not.
                finite = _mm_fmadd_ps(pixels[k], _mm_setzero_ps(), finite);
            }
        }
    }
}

struct LargeTransform {
    const Plan& plan;
    const Units& units;
    const Places places;
    float* const padded;

    void into(const float* input, int64_t channel, float* transformed, int64_t plane) const {
        transform_channel(plan, input, channel, units, places, padded, transformed, plane);
    }

    bool back(const float* products, int64_t plane, int64_t channel, float bias, const float* addend, float* output) const {
        __m128 finite = _mm_setzero_ps();
        transform_back(plan, channel, units.tiles, places, products, plane, bias, addend, output, finite);
        return _mm_movemask_ps(_mm_cmpunord_ps(finite, finite)) == 0;
    }
};

}  // namespace

int64_t large_scratch_floats(const Plan& plan) { return side * plan.units_per_block * padded_pitch(plan) + 8; }

bool run_large_block(const Plan& plan, int64_t block, int64_t first_panel, int64_t last_panel, const float* input, const float* filters,
                     const float* bias, const float* addend, float* output, float* workspace) {
    const Units units = units_of(plan, block);
    LargeTransform transform{plan, units, places_of(plan, units), workspace + block_floats(plan)};
    return run_panels(plan, transform, units.tiles, first_panel, last_panel, input, filters, bias, addend, output, workspace);
}

}  // namespace limpid::winograd

#else

// Another kind of processor: never called.
namespace limpid::winograd {
int64_t large_scratch_floats(const Plan&) { return 0; }
bool run_large_block(const Plan&, int64_t, int64_t, int64_t, const float*, const float*, const float*, const float*, float*, float*) { return false; }
}  // namespace limpid::winograd

#endif
