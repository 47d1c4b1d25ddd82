#include "pointwise_product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "filter_cache.h"
#include "processor.h"
#include "workspace.h"

namespace limpid {

using at::Tensor;
using pointwise::Shape;

std::vector<int64_t> pointwise_sizes(const Tensor& x, int64_t channels) {
    auto sizes = x.sizes().vec();
    sizes[1] = channels;
    return sizes;
}

Tensor pointwise_product(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& addend, bool reversed) {
    const int64_t out_channels = weight.size(reversed ? 1 : 0);
    const Shape shape{x.size(0), x.size(1), out_channels, x.numel() / (x.size(0) * x.size(1)),
                      has_avx512() ? winograd::multiply_avx512 : winograd::multiply_avx2};
    const auto filters = packed_filters(weight, shape, reversed);
    const auto rows = [](const Tensor& t) { return t.defined() ? t.contiguous() : t; };
    const auto numbers = [](const Tensor& t) { return t.defined() ? t.data_ptr<float>() : nullptr; };
    const Tensor input = rows(x), offset = rows(bias), added = rows(addend);
    Tensor output = at::empty(pointwise_sizes(x, out_channels), at::kFloat);
    const float *from = numbers(input), *packed = numbers(filters.values), *offsets = numbers(offset), *addends = numbers(added);
    float* to = numbers(output);

    // Few blocks: several threads take the same one and share its output channels.
    const int64_t threads = at::get_num_threads(), blocks = shape.images * shape.blocks();
    const int64_t parts = std::min((threads + blocks - 1) / blocks, shape.panels()), panels_each = (shape.panels() + parts - 1) / parts;
    at::parallel_for(0, blocks * parts, 1, [&](int64_t begin, int64_t end) {
        float* workspace = thread_workspace(shape.workspace_floats());
        for (int64_t task = begin; task < end; ++task) {
            const int64_t block = task / parts, first = task % parts * panels_each;
            pointwise::run_block(shape, block / shape.blocks(), block % shape.blocks(), first, std::min(first + panels_each, shape.panels()), from,
                                         packed, offsets, addends, to, workspace);
        }
    });
    return output;
}

}  // namespace limpid
