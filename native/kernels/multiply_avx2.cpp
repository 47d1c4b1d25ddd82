// The products of winograd.h with 8 tiles a vector.
#include "winograd.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "lanes_avx2.h"
#include "multiply_lanes.h"

namespace limpid::winograd {

void multiply_avx2(int64_t channels, const float* filters, int64_t panels, int64_t next, const float* tiles, int64_t count, int64_t pitch, float* products) {
    multiply_tiles<OneChannel<EightLanes>, 1, 1>(channels, filters, panels, next, tiles, count, pitch, products);
}

}  // namespace limpid::winograd

#else

namespace limpid::winograd {
void multiply_avx2(int64_t, const float*, int64_t, int64_t, const float*, int64_t, int64_t, float*) {}
}  // namespace limpid::winograd

#endif
