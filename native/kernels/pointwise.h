// 1x1 convolution of stride 1: a matrix product over the channels of each pixel.
// Plain arrays only: these functions are compiled for AVX2 and FMA, and nothing else may be.
#pragma once
#include <cstdint>

#include "winograd.h"

namespace limpid::pointwise {

using winograd::filter_panel;

// Images [images][in_channels][pixels], contiguous.
struct Shape {
    int64_t images, in_channels, out_channels, pixels;
    winograd::Multiply* multiply;

    int64_t panels() const { return (out_channels + filter_panel - 1) / filter_panel; }
    int64_t block() const { return pixels % 64 == 0 ? 64 : 48; }      // pixels at a time
    int64_t pitch() const { return block() == 64 ? 80 : 48; }         // an odd number of cache lines: rows fall into different sets
    int64_t blocks() const { return (pixels + block() - 1) / block(); } // of an image
    int64_t workspace_floats() const;
};

inline int64_t filter_floats(const Shape& shape) { return shape.panels() * filter_panel * shape.in_channels; }

// Filters [out, in] by panels [panels][in][4]; reversed: filters [in, out] of the convolution whose input gradient is wanted.
void pack_filters(const float* filters, const Shape& shape, bool reversed, float* packed);

// Computes the outputs [first_panel, last_panel) x 4 channels of one block of one image: filters times input, plus bias and
// addend (of the output's shape) where they are not null.
void run_block(const Shape& shape, int64_t image, int64_t block, int64_t first_panel, int64_t last_panel, const float* input, const float* packed,
               const float* bias, const float* addend, float* output, float* workspace);

}  // namespace limpid::pointwise
