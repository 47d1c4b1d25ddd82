// Attention over the columns of feature maps: out[d][t] = sum over s of v[d][s] softmax_s(scale * sum over d of q[d][t] k[d][s]).
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

#include "winograd.h"

namespace limpid::attention {

struct Shape {
    int64_t width, length; // of q, k and v: [width][length], rows contiguous
    float scale;
    winograd::Multiply* multiply;
};

constexpr int64_t longest_backward = 1024; // its workspace holds two maps of length x length

int64_t forward_floats(const Shape& shape);
int64_t backward_floats(const Shape& shape);

// One head. Moments [2][length]: each column's largest score and the inverse of its sum of exponentials.
void forward(const Shape& shape, const float* q, const float* k, const float* v, float* out, float* moments, float* workspace);

// The gradients of q, k and v from that of out.
void backward(const Shape& shape, const float* q, const float* k, const float* v, const float* out, const float* moments, const float* gradient,
              float* for_q, float* for_k, float* for_v, float* workspace);

}  // namespace limpid::attention
