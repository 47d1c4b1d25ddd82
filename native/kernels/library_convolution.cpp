// limpid::convolution: aten::convolution, the same for every batch.
#include "library_convolution.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include "common.h"

namespace limpid {

using at::IntArrayRef;
using at::Tensor;

Tensor library_convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation,
                           bool transposed, IntArrayRef output_padding, int64_t groups) {
    const bool alone = plain_floats(x) && x.dim() > 1 && x.size(0) == 1;
    const Tensor y = at::convolution(alone ? at::cat({x, x}) : x, weight, bias, stride, padding, dilation, transposed, output_padding, groups);
    return alone ? y.narrow(0, 0, 1) : y;
}

}  // namespace limpid

namespace {

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const limpid::optional<at::Tensor>& bias, at::IntArrayRef stride, at::IntArrayRef padding,
                       at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups) {
    return limpid::library_convolution(x, weight, bias.value_or(at::Tensor()), stride, padding, dilation, transposed, output_padding, groups);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(limpid, m) {
    m.def("convolution(Tensor x, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups) -> Tensor", &convolution);
}
