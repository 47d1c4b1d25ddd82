// limpid::conv3x3: 3x3 convolution of stride 1, by Winograd on processors and for shapes where that is faster, else by libtorch.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <atomic>
#include <memory>

#include "common.h"
#include "filter_cache.h"
#include "library_convolution.h"
#include "processor.h"
#include "workspace.h"

using at::Tensor;
using limpid::winograd::Plan;
using limpid::winograd::Shape;
using limpid::winograd::Tile, limpid::winograd::large_tile, limpid::winograd::small_tile, limpid::winograd::tall_tile;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using limpid::plain_floats, limpid::recorded;
using OptionalTensor = limpid::optional<Tensor>;

namespace {

// Where the transforms cost more than the products save, the library is faster. Its gradients are slower than its outputs.
bool pays(const Shape& s, bool gradient) {
    return s.in_channels >= (gradient ? 3 : 8) && s.out_channels >= 3 && s.out_height() >= 2 && s.out_width() >= 2;
}

// The products of a tile's points that make an output image, one of each channel.
int64_t products(const Shape& s, Tile tile) {
    return (s.out_height() + tile.rows - 1) / tile.rows * ((s.out_width() + tile.columns - 1) / tile.columns) * tile.points();
}

// Where large tiles save products, and are enough of them to pay for reading more filters.
bool large_pays(const Shape& s) {
    const int64_t tiles = s.images * products(s, large_tile) / large_tile.points();
    return s.in_channels >= 16 && s.out_channels >= 16 && tiles >= 16 && products(s, large_tile) * 4 <= products(s, small_tile) * 3;
}

// The same for every batch, so that an image's numbers do not depend on it.
bool tall_pays(const Shape& s) { return products(s, tall_tile) < products(s, small_tile); }

// The best tile of so many outputs at most.
Tile tile_of(const Shape& s, int64_t tile_outputs) {
    if (tile_outputs >= large_tile.outputs() && large_pays(s)) return large_tile;
    return tile_outputs >= tall_tile.outputs() && tall_pays(s) ? tall_tile : small_tile;
}

// The convolution that makes the gradient of a convolution's input.
Shape gradient_shape(const Shape& s) { return {s.images, s.out_channels, s.in_channels, s.out_height(), s.out_width(), 2 - s.padding}; }

bool kernel_applies(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding, const Tensor& addend) {
    if (!limpid::has_avx2() || !plain_floats(x) || !plain_floats(weight) || x.dim() != 4 || weight.dim() != 4) return false;
    if (padding < 0 || padding > 1 || weight.size(2) != 3 || weight.size(3) != 3 || weight.size(1) != x.size(1)) return false;
    if (bias.defined() && (!plain_floats(bias) || bias.dim() != 1 || bias.size(0) != weight.size(0))) return false;
    if (x.numel() == 0 || weight.numel() == 0 || x.size(2) + 2 * padding < 3 || x.size(3) + 2 * padding < 3) return false;
    const Shape shape{x.size(0), x.size(1), weight.size(0), x.size(2), x.size(3), padding};
    if (addend.defined() && (!plain_floats(addend) || addend.sizes() != at::IntArrayRef({shape.images, shape.out_channels, shape.out_height(), shape.out_width()}))) return false;
    return pays(shape, false) || pays(gradient_shape(shape), true);
}

// Undefined if a number is not finite or is too large for the transforms.
Tensor run(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& addend, const Shape& shape, bool reversed, int64_t tile_outputs) {
    const Tile tile = tile_of(shape, tile_outputs);
    const auto filters = limpid::transformed_filters(weight, shape, reversed, tile);
    if (!filters.usable) return {};
    const auto input = x.contiguous();
    const auto offset = bias.defined() ? bias.contiguous() : bias;
    const auto added = addend.defined() ? addend.contiguous() : addend;
    auto output = at::empty({shape.images, shape.out_channels, shape.out_height(), shape.out_width()}, at::kFloat);

    const int64_t threads = at::get_num_threads();
    const Plan plan = limpid::winograd::make_plan(shape, threads, limpid::has_avx512(), tile);
    // Few tiles: several threads take the same block and share its output channels.
    const int64_t parts = std::min((threads + plan.blocks - 1) / plan.blocks, (shape.filter_panels() + 3) / 4);
    const int64_t panels_each = (shape.filter_panels() + parts - 1) / parts;
    std::atomic<bool> finite{true};
    const float* from = input.data_ptr<float>();
    const float* transformed = filters.values.data_ptr<float>();
    const float* offsets = offset.defined() ? offset.data_ptr<float>() : nullptr;
    const float* addends = added.defined() ? added.data_ptr<float>() : nullptr;
    float* to = output.data_ptr<float>();
    at::parallel_for(0, plan.blocks * parts, 1, [&](int64_t begin, int64_t end) {
        float* workspace = limpid::thread_workspace(plan.workspace_floats());
        for (int64_t task = begin; task < end && finite.load(std::memory_order_relaxed); ++task) {
            const int64_t first = task % parts * panels_each, last = std::min(first + panels_each, shape.filter_panels());
            if (!plan.run_block(plan, task / parts, first, last, from, transformed, offsets, addends, to, workspace)) {
                finite.store(false, std::memory_order_relaxed);
            }
        }
    });
    return finite.load() ? output : Tensor();
}

Tensor library(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding, const Tensor& addend) {
    const Tensor y = limpid::library_convolution(x, weight, bias, {1, 1}, {padding, padding}, {1, 1}, false, {0, 0}, 1);
    return addend.defined() ? y + addend : y;
}

Tensor forward(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding, const Tensor& addend, int64_t tile_outputs) {
    const Shape shape{x.size(0), x.size(1), weight.size(0), x.size(2), x.size(3), padding};
    const auto output = pays(shape, false) ? run(x, weight, bias, addend, shape, false, tile_outputs) : Tensor();
    return output.defined() ? output : library(x, weight, bias, padding, addend);
}

// The gradient of the input is the convolution of the output's gradient with the turned filters, channels swapped.
Tensor input_gradient(const Tensor& gradient, const Tensor& weight, int64_t padding, int64_t tile_outputs) {
    const Shape shape{gradient.size(0), weight.size(0), weight.size(1), gradient.size(2), gradient.size(3), 2 - padding};
    return plain_floats(gradient) && pays(shape, true) ? run(gradient, weight, {}, {}, shape, true, tile_outputs) : Tensor();
}

struct Convolution : torch::autograd::Function<Convolution> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const OptionalTensor& maybe_bias, int64_t padding,
                          const OptionalTensor& addend, int64_t tile_outputs) {
        const Tensor bias = maybe_bias.value_or(Tensor());
        // Only the weight's gradient needs the input's numbers; a frozen network need not keep them.
        context->save_for_backward({weight.requires_grad() ? x : Tensor(), weight});
        context->saved_data["shape"] = x.sizes().vec();
        context->saved_data["padding"] = padding;
        context->saved_data["tile_outputs"] = tile_outputs;
        context->saved_data["bias"] = bias.defined();
        context->saved_data["addend"] = addend.has_value() && addend->defined();
        at::AutoDispatchBelowADInplaceOrView below;
        return ::forward(x, weight, bias, padding, addend.value_or(Tensor()), tile_outputs);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Tensor &weight = saved[1], &gradient = gradients[0];
        const int64_t padding = context->saved_data["padding"].toInt();
        if (!gradient.defined()) return variable_list(6);
        std::array<bool, 3> wanted{context->needs_input_grad(0), context->needs_input_grad(1),
                                   context->saved_data["bias"].toBool() && context->needs_input_grad(2)};
        const Tensor for_addend = context->saved_data["addend"].toBool() ? gradient : Tensor();
        Tensor for_input;
        // A gradient that is differentiated again is left to the library, whose backward is differentiable.
        if (wanted[0] && !at::GradMode::is_enabled()) {
            for_input = input_gradient(gradient, weight, padding, context->saved_data["tile_outputs"].toInt());
            wanted[0] = !for_input.defined();
        }
        if (!wanted[0] && !wanted[1] && !wanted[2]) return {for_input, Tensor(), Tensor(), Tensor(), for_addend, Tensor()};
        const Tensor x = saved[0].defined() ? saved[0] : at::zeros({1}, weight.options()).expand(context->saved_data["shape"].toIntVector());
        const std::vector<int64_t> bias_sizes{weight.size(0)};
        auto rest = at::convolution_backward(gradient, x, weight, bias_sizes, {1, 1}, {padding, padding}, {1, 1}, false, {0, 0}, 1, wanted);
        return {for_input.defined() ? for_input : std::get<0>(rest), std::get<1>(rest), std::get<2>(rest), Tensor(), for_addend, Tensor()};
    }
};

Tensor conv3x3(const Tensor& x, const Tensor& weight, const OptionalTensor& maybe_bias, int64_t padding, const OptionalTensor& maybe_addend,
               int64_t tile_outputs) {
    const Tensor bias = maybe_bias.value_or(Tensor()), addend = maybe_addend.value_or(Tensor());
    if (!kernel_applies(x, weight, bias, padding, addend)) return library(x, weight, bias, padding, addend);
    const bool record = at::GradMode::is_enabled() && (recorded(x) || recorded(weight) || recorded(bias) || recorded(addend));
    return record ? Convolution::apply(x, weight, maybe_bias, padding, maybe_addend, tile_outputs) : forward(x, weight, bias, padding, addend, tile_outputs);
}

}  // namespace

TORCH_LIBRARY(limpid, m) {
    m.def("conv3x3(Tensor x, Tensor weight, Tensor? bias, int padding, Tensor? addend=None, int tile_outputs=8) -> Tensor", &conv3x3);
    m.def("conv3x3_filters_kept() -> int", &limpid::transformed_filters_alive);
}
