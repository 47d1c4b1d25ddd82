// Attention over the columns of feature maps: out[d][t] = sum over s of v[d][s] softmax_s(scale * sum over d of q[d][t] k[d][s]).
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

#include "winograd.h"

namespace limpid::attention {

// Scores [length][pitch], pitch columns of which are computed, to exponentials of their distances from each column's largest one,
// which is given with the inverse of the column's sum.
using Softmax = void(int64_t length, int64_t pitch, float* scores, float* largest, float* inverse);

// The same scores to weights, and the gradients of weights to those of scores; dot: of a column's weights and their gradients.
using Slopes = void(int64_t length, int64_t pitch, const float* largest, const float* inverse, const float* dot, float* scores, float* gradients);

// What depends on the processor's vectors.
struct Arithmetic {
    winograd::Multiply* multiply;
    Softmax* softmax;
    Slopes* slopes;
};

extern const Arithmetic avx2, avx512; // the same numbers from both

struct Shape {
    int64_t width, length; // of q, k and v: [width][length], rows contiguous
    float scale;
    const Arithmetic& with;
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
