// Tiles of two columns of winograd.h with 16 tiles a vector.
#include "winograd.h"

#if defined(__AVX512F__)
#include "lanes_avx512.h"
#include "winograd_lanes_avx2.h"
#include "winograd_narrow_avx2.h"

namespace limpid::winograd {

namespace {

struct SixteenTiles : SixteenLanes {
    static Vector first(Vector v, int64_t lane, int64_t some) { return _mm512_maskz_compress_ps(lanes(lane, lane + some), v); }

    static void interleave(Vector even, Vector odd, Vector pixels[2]) {
        const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        pixels[0] = _mm512_permutex2var_ps(even, low, odd);
        pixels[1] = _mm512_permutex2var_ps(even, _mm512_add_epi32(low, _mm512_set1_epi32(8)), odd);
    }

    static void transform_row(const float* row, int64_t width, int64_t first_column, int64_t tiles, float* result, int64_t pitch, int64_t ahead) {
        if (tiles <= 8) return EightTiles::transform_row(row, width, first_column, tiles, result, pitch, ahead);
        const __m512i evens = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        const __m512i odds = _mm512_add_epi32(evens, _mm512_set1_epi32(1));
        for (int64_t t = 0; t < tiles; t += 16) {
            const int64_t column = first_column + 2 * t;
            const float* source = row + column;
            __builtin_prefetch(source + ahead);
            __builtin_prefetch(source + 16 + ahead);
            const auto at = [&](int64_t shift) { return _mm512_maskz_loadu_ps(lanes(-column - shift, width - column - shift), source + shift); };
            const Vector a = at(0), b = at(16), c = at(2), d = at(18);
            const Vector x0 = _mm512_permutex2var_ps(a, evens, b), x1 = _mm512_permutex2var_ps(a, odds, b);
            const Vector x2 = _mm512_permutex2var_ps(c, evens, d), x3 = _mm512_permutex2var_ps(c, odds, d);
            store(result + t, sub(x0, x2));
            store(result + pitch + t, add(x1, x2));
            store(result + 2 * pitch + t, sub(x2, x1));
            store(result + 3 * pitch + t, sub(x1, x3));
        }
    }

private:
    static __mmask16 lanes(int64_t begin, int64_t end) { return below(end) & ~below(begin); } // both may be anything
};

}  // namespace

RunBlock* narrow_block_avx512(int64_t tile_rows) { return tile_rows == 4 ? run_narrow_block<SixteenTiles, 4> : run_narrow_block<SixteenTiles, 2>; }

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
RunBlock* narrow_block_avx512(int64_t) { return nullptr; }
}  // namespace limpid::winograd

#endif
