// Tiles of two columns of winograd.h with 16 tiles a vector.
#include "winograd.h"

#if defined(__AVX512F__)
#include "lanes_avx512.h"
#include "winograd_lanes_avx2.h"
#include "winograd_whole_rows_avx2.h"

namespace limpid::winograd {

namespace {

struct SixteenTiles : SixteenLanes {
    using Mask = __mmask16;

    static Mask lanes(int64_t begin, int64_t end) { return below(end) & ~below(begin); } // both may be anything
    static Vector load(const float* from, Mask some) { return _mm512_maskz_loadu_ps(some, from); }
    static Vector load_more(Vector v, const float* from, Mask some) { return _mm512_mask_loadu_ps(v, some, from); }
    using SixteenLanes::load;

    static Mask mask_of(const bool (&some)[count]) {
        int bits = 0;
        for (int64_t lane = 0; lane < count; ++lane) bits |= some[lane] << lane;
        return static_cast<Mask>(bits);
    }

    // Of 32 pixels.
    static Vector evens(Vector low, Vector high) {
        return _mm512_permutex2var_ps(low, _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), high);
    }

    static Vector odds(Vector low, Vector high) {
        return _mm512_permutex2var_ps(low, _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), high);
    }

    // Each lane's neighbor, and zero in all lanes but some.
    static Vector lane_before(Vector v, Mask some) { return turned<15>(v, some); }
    static Vector lane_after(Vector v, Mask some) { return turned<1>(v, some); }

    static Vector first(Vector v, int64_t lane, int64_t some) { return _mm512_maskz_compress_ps(lanes(lane, lane + some), v); }

    static void interleave(Vector even, Vector odd, Vector pixels[2]) {
        const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        pixels[0] = _mm512_permutex2var_ps(even, low, odd);
        pixels[1] = _mm512_permutex2var_ps(even, _mm512_add_epi32(low, _mm512_set1_epi32(8)), odd);
    }

    static void transform_row(const float* row, int64_t width, int64_t first_column, int64_t tiles, float* result, int64_t pitch, int64_t ahead) {
        if (tiles <= 8) return EightTiles::transform_row(row, width, first_column, tiles, result, pitch, ahead);
        for (int64_t t = 0; t < tiles; t += 16) {
            const int64_t column = first_column + 2 * t;
            const float* source = row + column;
            __builtin_prefetch(source + ahead);
            __builtin_prefetch(source + 16 + ahead);
            const auto at = [&](int64_t shift) { return load(source + shift, lanes(-column - shift, width - column - shift)); };
            const Vector a = at(0), b = at(16), c = at(2), d = at(18);
            const Vector x0 = evens(a, b), x1 = odds(a, b), x2 = evens(c, d), x3 = odds(c, d);
            store(result + t, sub(x0, x2));
            store(result + pitch + t, add(x1, x2));
            store(result + 2 * pitch + t, sub(x2, x1));
            store(result + 3 * pitch + t, sub(x1, x3));
        }
    }

private:
    template <int Lane>
    static Vector turned(Vector v, Mask some) {
        const __m512i all = _mm512_castps_si512(v);
        return _mm512_castsi512_ps(_mm512_maskz_alignr_epi32(some, all, all, Lane));
    }
};

}  // namespace

RunBlock* narrow_block_avx512(const Plan& plan) { return plan.tile.rows == 4 ? narrow_block<SixteenTiles, 4>(plan) : narrow_block<SixteenTiles, 2>(plan); }

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
RunBlock* narrow_block_avx512(const Plan&) { return nullptr; }
}  // namespace limpid::winograd

#endif
