// Group normalization, an affine map per sample and channel, and SiLU, in one pass over memory.
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

namespace limpid::norm {

// One group of one sample: its channels lie side by side, each of pixels numbers.
struct Group {
    int64_t channels, pixels;
    // Per channel: weight, bias, and the sample's own scale and shift (null for none):
    // z = ((x - mean) / deviation * weight + bias) * (1 + scale) + shift.
    const float *weight, *bias, *scale, *shift;
};

// The mean is a sum of two numbers: where it is large beside the deviation, the rounding of one would move all of the output.
struct Moments {
    float mean, inverse_deviation, mean_rest;
};

// output = z / (1 + exp(-z)).
using Forward = Moments(const Group& group, float epsilon, const float* input, float* output);

// The gradient of the input, and per channel the sums of g and of g * (x - mean), where g is the gradient of z.
using Backward = void(const Group& group, Moments moments, const float* input, const float* gradient, float* input_gradient, float* sums,
                      float* centered_sums);

Forward forward_avx2, forward_avx512; // the same numbers from both
Backward backward_avx2, backward_avx512;

}  // namespace limpid::norm
