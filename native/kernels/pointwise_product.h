// The product of pointwise.h for tensors.
#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace limpid {

// The sizes of a product of x [N,C,...] with so many channels.
std::vector<int64_t> pointwise_sizes(const at::Tensor& x, int64_t channels);

// Every pixel's channels of x [N,C,...] times weight [out,C,...], plus bias and addend where they are defined; x and weight not empty.
// Reversed: the gradient of the input from x, that of the output.
at::Tensor pointwise_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& addend, bool reversed);

}  // namespace limpid
