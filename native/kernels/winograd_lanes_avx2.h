// Vectors of 8 tiles, or of 8 pixels; for files compiled for AVX2 and FMA at least.
#pragma once
#include "lanes_avx2.h"

namespace limpid::winograd {

namespace {

struct EightTiles : EightLanes {
    using Mask = __m256i;

    static Mask lanes(int64_t begin, int64_t end) { return _mm256_andnot_si256(below(begin), below(end)); } // both may be anything
    static Vector load(const float* from, Mask some) { return _mm256_maskload_ps(from, some); }
    static Vector load_more(Vector v, const float* from, Mask some) { return _mm256_or_ps(v, load(from, some)); } // zero in v
    using EightLanes::load;

    static Mask mask_of(const bool (&some)[count]) {
        int32_t lanes[count];
        for (int64_t lane = 0; lane < count; ++lane) lanes[lane] = some[lane] ? -1 : 0;
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lanes));
    }

    // Of 16 pixels.
    static Vector evens(Vector low, Vector high) {
        return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(_mm256_shuffle_ps(low, high, 0x88)), 0xd8));
    }

    static Vector odds(Vector low, Vector high) {
        return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(_mm256_shuffle_ps(low, high, 0xdd)), 0xd8));
    }

    // Each lane's neighbor, and zero in all lanes but some.
    static Vector lane_before(Vector v, Mask some) { return turned(v, _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6), some); }
    static Vector lane_after(Vector v, Mask some) { return turned(v, _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 0), some); }

    // Some lanes from the given one on, moved to the front; zeros behind.
    static Vector first(Vector v, int64_t lane, int64_t some) {
        const __m256i from = _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(static_cast<int>(lane)));
        return only(_mm256_permutevar8x32_ps(v, from), some);
    }

    static void interleave(Vector even, Vector odd, Vector pixels[2]) {
        const Vector low = _mm256_unpacklo_ps(even, odd), high = _mm256_unpackhi_ps(even, odd);
        pixels[0] = _mm256_permute2f128_ps(low, high, 0x20);
        pixels[1] = _mm256_permute2f128_ps(low, high, 0x31);
    }

    // An input row, from a column that may lie outside, through the transform along the width: result [4][pitch], one column of it
    // per tile. Ahead: numbers until what will be read soon.
    static void transform_row(const float* row, int64_t width, int64_t first_column, int64_t tiles, float* result, int64_t pitch, int64_t ahead) {
        for (int64_t t = 0; t < tiles; t += 8) {
            const int64_t column = first_column + 2 * t;
            const float* source = row + column;
            __builtin_prefetch(source + ahead);
            Vector a, b, c, d;
            if (column >= 0 && column + 18 <= width) {
                a = load(source);
                b = load(source + 8);
                c = load(source + 2);
                d = load(source + 10);
            } else {
                a = load(source, lanes(-column, width - column));
                b = load(source + 8, width - column - 8);
                c = load(source + 2, width - column - 2); // padding is at most 2
                d = load(source + 10, width - column - 10);
            }
            const Vector x0 = evens(a, b), x1 = odds(a, b), x2 = evens(c, d), x3 = odds(c, d);
            store(result + t, sub(x0, x2));
            store(result + pitch + t, add(x1, x2));
            store(result + 2 * pitch + t, sub(x2, x1));
            store(result + 3 * pitch + t, sub(x1, x3));
        }
    }

private:
    static Vector turned(Vector v, __m256i from, Mask some) { return _mm256_and_ps(_mm256_permutevar8x32_ps(v, from), _mm256_castsi256_ps(some)); }
};

}  // namespace

}  // namespace limpid::winograd
