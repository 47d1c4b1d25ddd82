// The softmax of attention.h with 16 columns a vector.
#include "attention.h"

#if defined(__AVX512F__)
#include "attention_softmax.h"
#include "lanes_avx512.h"

namespace limpid::attention {
const Arithmetic avx512{winograd::multiply_avx512, softmax<SixteenLanes>, slopes<SixteenLanes>};
}  // namespace limpid::attention

#else

// Another kind of processor: never used.
namespace limpid::attention {
const Arithmetic avx512{};
}  // namespace limpid::attention

#endif
