// The arithmetic of attention.h. Scores are kept transposed, [s][t], so that a vector holds neighboring columns t and the softmax
// runs down the rows; the products are those of the convolutions.
#include "attention.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <cstring>

#include "attention_softmax.h"
#include "lanes_avx2.h"

namespace limpid::attention {

namespace {

using winograd::no_next;

constexpr int64_t block = 48; // columns t at a time

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
int64_t up(int64_t a, int64_t b) { return (a + b - 1) / b * b; }

// Room for a row of a map [length][length]: an odd number of cache lines, so that the rows fall into different sets of the cache.
int64_t map_pitch(int64_t length) { return up(length, 16) | 16; }

// Rows of a [rows][columns] matrix by fours: result [rows/4][columns][4], rows missing at the end are zeros.
void pack_rows(const float* from, int64_t rows, int64_t columns, float* to) {
    for (int64_t r = 0; r < rows; r += 4) {
        for (int64_t k = 0; k < 4; ++k) {
            float* target = to + r * columns + k;
            for (int64_t c = 0; c < columns; ++c) target[4 * c] = r + k < rows ? from[(r + k) * columns + c] : 0;
        }
    }
}

// Columns of a [rows][columns] matrix by fours: result [columns/4][rows][4], columns missing at the end are zeros.
void pack_columns(const float* from, int64_t rows, int64_t columns, float* to) {
    for (int64_t c = 0; c < columns; c += 4) {
        const int64_t count = least(4, columns - c);
        float* target = to + c * rows;
        if (count == 4) {
            for (int64_t r = 0; r < rows; ++r) _mm_storeu_ps(target + 4 * r, _mm_loadu_ps(from + r * columns + c));
            continue;
        }
        for (int64_t r = 0; r < rows; ++r) {
            for (int64_t k = 0; k < 4; ++k) target[4 * r + k] = k < count ? from[r * columns + c + k] : 0;
        }
    }
}

// Columns [first, first + count) of a [rows][columns] matrix times a factor; zeros up to the pitch.
void copy_block(const float* from, int64_t rows, int64_t columns, int64_t first, int64_t count, int64_t pitch, float factor, float* to) {
    for (int64_t r = 0; r < rows; ++r) {
        const float* source = from + r * columns + first;
        float* target = to + r * pitch;
        for (int64_t t = 0; t < count; ++t) target[t] = factor * source[t];
        for (int64_t t = count; t < pitch; ++t) target[t] = 0;
    }
}

// The transpose of a [rows][pitch] block, both multiples of 8, into rows of another pitch.
void transpose(const float* from, int64_t rows, int64_t columns, int64_t pitch, float* to, int64_t to_pitch) {
    for (int64_t r = 0; r < rows; r += 8) {
        for (int64_t c = 0; c < columns; c += 8) {
            __m256 x[8], y[8];
#pragma GCC unroll 8
            for (int i = 0; i < 8; ++i) x[i] = _mm256_loadu_ps(from + (r + i) * pitch + c);
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i) {
                y[2 * i] = _mm256_unpacklo_ps(x[2 * i], x[2 * i + 1]);
                y[2 * i + 1] = _mm256_unpackhi_ps(x[2 * i], x[2 * i + 1]);
            }
#pragma GCC unroll 2
            for (int i = 0; i < 2; ++i) {
                x[4 * i] = _mm256_shuffle_ps(y[4 * i], y[4 * i + 2], 0x44);
                x[4 * i + 1] = _mm256_shuffle_ps(y[4 * i], y[4 * i + 2], 0xee);
                x[4 * i + 2] = _mm256_shuffle_ps(y[4 * i + 1], y[4 * i + 3], 0x44);
                x[4 * i + 3] = _mm256_shuffle_ps(y[4 * i + 1], y[4 * i + 3], 0xee);
            }
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i) {
                _mm256_storeu_ps(to + (c + i) * to_pitch + r, _mm256_permute2f128_ps(x[i], x[i + 4], 0x20));
                _mm256_storeu_ps(to + (c + i + 4) * to_pitch + r, _mm256_permute2f128_ps(x[i], x[i + 4], 0x31));
            }
        }
    }
}

// Parts of a workspace, one after the other, each on a cache line.
struct Parts {
    float* next;

    float* take(int64_t floats) {
        float* here = next;
        next += up(floats, 16);
        return here;
    }
};

}  // namespace

const Arithmetic avx2{winograd::multiply_avx2, softmax<EightLanes>, slopes<EightLanes>};

int64_t forward_floats(const Shape& s) {
    return 2 * up(up(s.length, 4) * s.width, 16) + 2 * up(up(s.width, 4) * s.length, 16) + 3 * up(s.width, 4) * block + up(s.length, 4) * block + 1024;
}

int64_t backward_floats(const Shape& s) {
    return forward_floats(s) + 2 * up(up(s.width, 4) * s.length, 16) + up(s.length, 8) * block + 2 * up(s.length, block) * map_pitch(s.length) + up(s.width, 4) * map_pitch(s.length) + 1024;
}

void forward(const Shape& shape, const float* q, const float* k, const float* v, float* out, float* moments, float* workspace) {
    const int64_t length = shape.length, width = shape.width;
    Parts parts{workspace};
    float* keys = parts.take(up(length, 4) * width);
    float* values = parts.take(up(width, 4) * length);
    float* queries = parts.take(width * block);
    float* scores = parts.take(up(length, 4) * block);
    float* sums = parts.take(up(width, 4) * block);
    pack_columns(k, width, length, keys);
    pack_rows(v, width, length, values);
    for (int64_t first = 0; first < length; first += block) {
        const int64_t count = least(block, length - first), pitch = up(count, 16);
        copy_block(q, width, length, first, count, pitch, shape.scale, queries);
        shape.with.multiply(width, keys, (length + 3) / 4, no_next, queries, count, pitch, scores);
        alignas(32) float inverse[block], largest[block];
        shape.with.softmax(length, pitch, scores, largest, inverse);
        std::memcpy(moments + first, largest, sizeof(float) * count);
        std::memcpy(moments + length + first, inverse, sizeof(float) * count);
        shape.with.multiply(length, values, (width + 3) / 4, no_next, scores, count, pitch, sums);
        for (int64_t d = 0; d < width; ++d) {
            for (int64_t t = 0; t < count; ++t) out[d * length + first + t] = sums[d * pitch + t] * inverse[t];
        }
    }
}

void backward(const Shape& shape, const float* q, const float* k, const float* v, const float* out, const float* moments, const float* gradient,
              float* for_q, float* for_k, float* for_v, float* workspace) {
    const int64_t length = shape.length, width = shape.width, wide = map_pitch(length);
    Parts parts{workspace};
    float* keys = parts.take(up(length, 4) * width);          // by columns, for the scores
    float* values = parts.take(up(length, 4) * width);        // by columns, for the gradient of the weights
    float* key_rows = parts.take(up(width, 4) * length);
    float* query_rows = parts.take(up(width, 4) * length);
    float* gradient_rows = parts.take(up(width, 4) * length);
    float* queries = parts.take(width * block);
    float* gradients = parts.take(width * block);
    float* weights = parts.take(up(length, 8) * block);       // softmax, [s][t]
    float* slopes = parts.take(up(length, 8) * block);        // gradient of the scores, [s][t]
    float* weights_turned = parts.take(up(length, block) * wide); // [t][s]
    float* slopes_turned = parts.take(up(length, block) * wide);
    float* sums = parts.take(up(width, 4) * (wide > block ? wide : block));
    pack_columns(k, width, length, keys);
    pack_columns(v, width, length, values);
    pack_rows(k, width, length, key_rows);
    pack_rows(q, width, length, query_rows);
    pack_rows(gradient, width, length, gradient_rows);
    for (int64_t first = 0; first < length; first += block) {
        const int64_t count = least(block, length - first), pitch = up(count, 16);
        copy_block(q, width, length, first, count, pitch, shape.scale, queries);
        copy_block(gradient, width, length, first, count, pitch, 1, gradients);
        shape.with.multiply(width, keys, (length + 3) / 4, no_next, queries, count, pitch, weights);
        shape.with.multiply(width, values, (length + 3) / 4, no_next, gradients, count, pitch, slopes);
        alignas(32) float largest[block] = {}, inverse[block] = {}, dot[block] = {};
        std::memcpy(largest, moments + first, sizeof(float) * count);
        std::memcpy(inverse, moments + length + first, sizeof(float) * count);
        for (int64_t d = 0; d < width; ++d) {
            for (int64_t t = 0; t < count; ++t) dot[t] += gradient[d * length + first + t] * out[d * length + first + t];
        }
        shape.with.slopes(length, pitch, largest, inverse, dot, weights, slopes);
        shape.with.multiply(length, key_rows, (width + 3) / 4, no_next, slopes, count, pitch, sums);
        for (int64_t d = 0; d < width; ++d) {
            for (int64_t t = 0; t < count; ++t) for_q[d * length + first + t] = shape.scale * sums[d * pitch + t];
        }
        transpose(weights, up(length, 8), pitch, pitch, weights_turned + first * wide, wide);
        transpose(slopes, up(length, 8), pitch, pitch, slopes_turned + first * wide, wide);
    }
    shape.with.multiply(length, gradient_rows, (width + 3) / 4, no_next, weights_turned, length, wide, sums);
    for (int64_t d = 0; d < width; ++d) std::memcpy(for_v + d * length, sums + d * wide, sizeof(float) * length);
    shape.with.multiply(length, query_rows, (width + 3) / 4, no_next, slopes_turned, length, wide, sums);
    for (int64_t d = 0; d < width; ++d) {
        for (int64_t s = 0; s < length; ++s) for_k[d * length + s] = shape.scale * sums[d * wide + s];
    }
}

}  // namespace limpid::attention

#else

// Another kind of processor: never called.
namespace limpid::attention {
const Arithmetic avx2{};
int64_t forward_floats(const Shape&) { return 0; }
int64_t backward_floats(const Shape&) { return 0; }
void forward(const Shape&, const float*, const float*, const float*, float*, float*, float*) {}
void backward(const Shape&, const float*, const float*, const float*, const float*, const float*, const float*, float*, float*, float*, float*) {}
}  // namespace limpid::attention

#endif
