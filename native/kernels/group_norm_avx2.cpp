// The arithmetic of group_norm.h with 8 numbers a vector.
#include "group_norm.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "group_norm_lanes.h"
#include "lanes_avx2.h"

namespace limpid::norm {

Moments forward_avx2(const Group& group, float epsilon, const float* input, float* output) { return forward<EightLanes>(group, epsilon, input, output); }

void backward_avx2(const Group& group, Moments moments, const float* input, const float* gradient, float* input_gradient, float* sums,
                   float* centered_sums) {
    backward<EightLanes>(group, moments, input, gradient, input_gradient, sums, centered_sums);
}

}  // namespace limpid::norm

#else

// Another kind of processor: never called.
namespace limpid::norm {
Moments forward_avx2(const Group&, float, const float*, float*) { return {}; }
void backward_avx2(const Group&, Moments, const float*, const float*, float*, float*, float*) {}
}  // namespace limpid::norm

#endif
