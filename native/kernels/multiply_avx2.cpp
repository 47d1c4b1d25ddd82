// The products of winograd.h with 8 tiles a vector.
#include "winograd.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

namespace limpid::winograd {

namespace {

// So many channels' tiles stay in the first-level cache while one panel after the other uses them: three vectors touch two lines.
template <int Vectors>
constexpr int64_t cached_channels = Vectors == 3 ? 128 : 256;

// 4 output channels and 8 x Vectors tiles, on top of the products so far unless these are the first channels. The accumulators
// must stay in registers.
template <int Vectors>
inline void multiply(int64_t channels, const float* filters, const float* tiles, int64_t pitch, bool first, float* products) {
    __m256 sum[4][Vectors];
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) sum[k][v] = first ? _mm256_setzero_ps() : _mm256_loadu_ps(products + k * pitch + 8 * v);
    }
#pragma GCC unroll 2
    for (int64_t c = 0; c < channels; ++c) {
        __m256 x[Vectors];
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) x[v] = _mm256_loadu_ps(tiles + 8 * v);
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k) {
            const __m256 f = _mm256_broadcast_ss(filters + k);
#pragma GCC unroll 3
            for (int v = 0; v < Vectors; ++v) sum[k][v] = _mm256_fmadd_ps(f, x[v], sum[k][v]);
        }
        tiles += pitch;
        filters += filter_panel;
    }
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
#pragma GCC unroll 3
        for (int v = 0; v < Vectors; ++v) _mm256_storeu_ps(products + k * pitch + 8 * v, sum[k][v]);
    }
}

// All panels of 8 x Vectors tiles.
template <int Vectors>
void multiply_panels(int64_t channels, const float* filters, int64_t panels, const float* tiles, int64_t pitch, float* products) {
    for (int64_t done = 0; done < channels; done += cached_channels<Vectors>) {
        const int64_t take = channels - done < cached_channels<Vectors> ? channels - done : cached_channels<Vectors>;
        for (int64_t panel = 0; panel < panels; ++panel) {
            multiply<Vectors>(take, filters + (panel * channels + done) * filter_panel, tiles + done * pitch, pitch, done == 0,
                              products + panel * filter_panel * pitch);
        }
    }
}

}  // namespace

// Vectors go by threes, and by twos where threes leave one over.
void multiply_avx2(int64_t channels, const float* filters, int64_t panels, const float* tiles, int64_t count, int64_t pitch, float* products) {
    const int64_t vectors = (count + 7) / 8;
    for (int64_t done = 0; done < vectors;) {
        const int64_t left = vectors - done;
        const int64_t take = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
        if (take == 3) {
            multiply_panels<3>(channels, filters, panels, tiles + 8 * done, pitch, products + 8 * done);
        } else if (take == 2) {
            multiply_panels<2>(channels, filters, panels, tiles + 8 * done, pitch, products + 8 * done);
        } else {
            multiply_panels<1>(channels, filters, panels, tiles + 8 * done, pitch, products + 8 * done);
        }
        done += take;
    }
}

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
void multiply_avx2(int64_t, const float*, int64_t, const float*, int64_t, int64_t, float*) {}
}  // namespace limpid::winograd

#endif
