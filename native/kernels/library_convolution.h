// libtorch's convolution, the same for every batch.
#pragma once
#include <ATen/core/Tensor.h>

namespace limpid {

// at::convolution, whose numbers for an image do not depend on the others: one image alone is computed as one of two, for libtorch has
// another way for it, which rounds differently.
at::Tensor library_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, at::IntArrayRef stride, at::IntArrayRef padding,
                               at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups);

}  // namespace limpid
