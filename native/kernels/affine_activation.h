// An affine map per channel, as batch normalization is in evaluation, and an activation, in one pass over memory.
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

namespace limpid::affine {

// z = (x - mean) * gain + offset of a channel; the output is max(z, 0), or z / (1 + exp(-z)).
struct Map {
    float mean, gain, offset;
    bool silu;
};

void forward(const Map& map, int64_t count, const float* input, float* output);

// The gradient of the input from that of the output.
void backward(const Map& map, int64_t count, const float* input, const float* gradient, float* input_gradient);

}  // namespace limpid::affine
