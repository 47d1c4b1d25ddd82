// The arithmetic of group_norm.h with 16 numbers a vector.
#include "group_norm.h"

#if defined(__AVX512F__)
#include "group_norm_lanes.h"
#include "lanes_avx512.h"

namespace limpid::norm {

Moments forward_avx512(const Group& group, float epsilon, const float* input, float* output) { return forward<SixteenLanes>(group, epsilon, input, output); }

void backward_avx512(const Group& group, Moments moments, const float* input, const float* gradient, float* input_gradient, float* sums,
                   float* centered_sums) {
    backward<SixteenLanes>(group, moments, input, gradient, input_gradient, sums, centered_sums);
}

}  // namespace limpid::norm

#else

// Another kind of processor: never called.
namespace limpid::norm {
Moments forward_avx512(const Group&, float, const float*, float*) { return {}; }
void backward_avx512(const Group&, Moments, const float*, const float*, float*, float*, float*) {}
}  // namespace limpid::norm

#endif
