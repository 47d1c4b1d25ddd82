// Transformed filters of the layers in use, kept until the weight changes or dies.
#pragma once
#include <ATen/core/Tensor.h>

#include "pointwise.h"
#include "winograd.h"

namespace limpid {

struct TransformedFilters {
    at::Tensor values;
    bool usable; // every filter is finite and not too large
};

// The filters of a weight as winograd::transform_filters makes them for a tile size; safe to call from any thread.
TransformedFilters transformed_filters(const at::Tensor& weight, const winograd::Shape& shape, bool reversed, winograd::Tile tile);

// The same for pointwise::pack_filters.
TransformedFilters packed_filters(const at::Tensor& weight, const pointwise::Shape& shape, bool reversed);

// Number of entries, those of dead weights not counted.
int64_t transformed_filters_alive();

}  // namespace limpid
