// Any registered operator by name: arguments are checked against the schema, packed on a stack and dispatched.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include <sstream>
#include <vector>

#include "common.h"

using c10::IValue;
using c10::TypeKind;

enum class Kind { Tensor, Int, Double, Bool, Number, String, Ints, Doubles, Bools, Tensors, OptionalTensors, Device, Other };

struct Parameter {
    Kind kind;
    bool optional;
    bool has_default;
    IValue default_value;
    std::string name;
};

struct lp_op {
    c10::OperatorHandle handle;
    std::vector<Parameter> parameters;
    std::string schema;
};

namespace {

Kind list_kind(const c10::TypePtr& element) {
    switch (element->kind()) {
        case TypeKind::TensorType: return Kind::Tensors;
        case TypeKind::IntType:
        case TypeKind::SymIntType: return Kind::Ints;
        case TypeKind::FloatType: return Kind::Doubles;
        case TypeKind::BoolType: return Kind::Bools;
        case TypeKind::OptionalType: return Kind::OptionalTensors;
        default: return Kind::Other;
    }
}

Kind kind_of(const c10::TypePtr& type) {
    switch (type->kind()) {
        case TypeKind::TensorType: return Kind::Tensor;
        case TypeKind::IntType:
        case TypeKind::SymIntType: return Kind::Int;
        case TypeKind::FloatType: return Kind::Double;
        case TypeKind::BoolType: return Kind::Bool;
        case TypeKind::NumberType: return Kind::Number;
        case TypeKind::StringType: return Kind::String;
        case TypeKind::DeviceObjType: return Kind::Device;
        case TypeKind::ListType: return list_kind(type->castRaw<c10::ListType>()->getElementType());
        default: return Kind::Other;
    }
}

[[noreturn]] void mismatch(const lp_op& op, const Parameter& parameter, const lp_arg& arg) {
    std::ostringstream text;
    text << "argument '" << parameter.name << "' does not accept a value of kind " << arg.tag << " in " << op.schema;
    throw std::invalid_argument(text.str());
}

template <class T>
std::vector<T> list(const lp_arg& arg) {
    auto begin = static_cast<const T*>(arg.v.p);
    return std::vector<T>(begin, begin + arg.n);
}

IValue pack(const lp_op& op, const Parameter& parameter, const lp_arg& arg) {
    const Kind kind = parameter.kind;
    switch (arg.tag) {
        case LP_DEFAULT:
            if (!parameter.has_default) mismatch(op, parameter, arg);
            return parameter.default_value;
        case LP_NONE:
            if (!parameter.optional && kind != Kind::Tensor) mismatch(op, parameter, arg);
            return IValue();
        case LP_TENSOR:
            if (kind != Kind::Tensor) mismatch(op, parameter, arg);
            return limpid::borrow(const_cast<void*>(arg.v.p));
        case LP_INT:
            if (kind == Kind::Int || kind == Kind::Number) return arg.v.i;
            if (kind == Kind::Double) return static_cast<double>(arg.v.i);
            if (kind == Kind::Ints) return std::vector<int64_t>{arg.v.i};
            mismatch(op, parameter, arg);
        case LP_DOUBLE:
            if (kind == Kind::Double || kind == Kind::Number) return arg.v.d;
            mismatch(op, parameter, arg);
        case LP_BOOL:
            if (kind == Kind::Bool || kind == Kind::Number) return arg.v.i != 0;
            mismatch(op, parameter, arg);
        case LP_STRING:
            if (kind != Kind::String) mismatch(op, parameter, arg);
            return std::string(static_cast<const char*>(arg.v.p), arg.n);
        case LP_INTS:
            if (kind != Kind::Ints) mismatch(op, parameter, arg);
            return list<int64_t>(arg);
        case LP_DOUBLES:
            if (kind != Kind::Doubles) mismatch(op, parameter, arg);
            return list<double>(arg);
        case LP_BOOLS: {
            if (kind != Kind::Bools) mismatch(op, parameter, arg);
            c10::List<bool> values;
            for (int i = 0; i < arg.n; ++i) values.push_back(static_cast<const uint8_t*>(arg.v.p)[i] != 0);
            return values;
        }
        case LP_TENSORS: {
            auto handles = static_cast<void* const*>(arg.v.p);
            if (kind == Kind::Tensors) {
                c10::List<at::Tensor> tensors;
                tensors.reserve(arg.n);
                for (int i = 0; i < arg.n; ++i) tensors.push_back(limpid::borrow(handles[i]));
                return tensors;
            }
            if (kind == Kind::OptionalTensors) {
                auto element = c10::OptionalType::create(c10::TensorType::get());
                c10::impl::GenericList tensors(element);
                tensors.reserve(arg.n);
                for (int i = 0; i < arg.n; ++i) {
                    tensors.push_back(handles[i] == nullptr ? IValue() : IValue(limpid::borrow(handles[i])));
                }
                return tensors;
            }
            mismatch(op, parameter, arg);
        }
        case LP_DEVICE:
            if (kind != Kind::Device) mismatch(op, parameter, arg);
            return c10::Device(static_cast<c10::DeviceType>(arg.n), static_cast<c10::DeviceIndex>(arg.v.i));
        default: mismatch(op, parameter, arg);
    }
}

// Which shapes an operator was called with: what a reader of the error needs first.
std::string describe(const lp_op& op, const lp_arg* args, int count) {
    std::ostringstream text;
    text << op.handle.schema().name() << "(";
    for (int i = 0; i < count; ++i) {
        if (i > 0) text << ", ";
        if (i < static_cast<int>(op.parameters.size())) text << op.parameters[i].name << "=";
        const lp_arg& arg = args[i];
        if (arg.tag == LP_TENSOR) {
            auto tensor = limpid::borrow(const_cast<void*>(arg.v.p));
            text << tensor.scalar_type() << tensor.sizes();
        } else if (arg.tag == LP_TENSORS) {
            auto handles = static_cast<void* const*>(arg.v.p);
            text << "{";
            for (int k = 0; k < arg.n && k < 4; ++k) {
                if (handles[k] != nullptr) text << (k > 0 ? ", " : "") << limpid::borrow(handles[k]).sizes();
            }
            text << (arg.n > 4 ? ", ...}" : "}");
        } else if (arg.tag == LP_INT || arg.tag == LP_BOOL) {
            text << arg.v.i;
        } else if (arg.tag == LP_DOUBLE) {
            text << arg.v.d;
        } else if (arg.tag == LP_INTS) {
            text << c10::IntArrayRef(static_cast<const int64_t*>(arg.v.p), arg.n);
        } else {
            text << "...";
        }
    }
    text << ")";
    return text.str();
}

torch::jit::Stack run(const lp_op& op, const lp_arg* args, int count) {
    if (count > static_cast<int>(op.parameters.size())) {
        throw std::invalid_argument("too many arguments for " + op.schema);
    }
    torch::jit::Stack stack;
    stack.reserve(op.parameters.size());
    for (int i = 0; i < count; ++i) stack.push_back(pack(op, op.parameters[i], args[i]));
    for (size_t i = count; i < op.parameters.size(); ++i) {
        if (!op.parameters[i].has_default) {
            throw std::invalid_argument("argument '" + op.parameters[i].name + "' is missing in a call of " + op.schema);
        }
        stack.push_back(op.parameters[i].default_value);
    }
    op.handle.callBoxed(&stack);
    return stack;
}

template <class Result, class Body>
Result described(const lp_op* op, const lp_arg* args, int count, Result failure, Body&& body) noexcept {
    auto tell = [&](const std::string& what) {
        try {
            limpid::set_error(what + " [in " + describe(*op, args, count) + "]");
        } catch (...) {
            limpid::set_error(what);
        }
    };
    try {
        return body();
    } catch (const c10::Error& e) {
        tell(e.what_without_backtrace());
    } catch (const std::exception& e) {
        tell(e.what());
    } catch (...) {
        tell("unknown native error");
    }
    return failure;
}

}  // namespace

extern "C" {

lp_op* lp_op_find(const char* name, const char* overload) {
    return limpid::guarded<lp_op*>(nullptr, [&] {
        auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        auto op = new lp_op{handle, {}, c10::toString(handle.schema())};
        for (const auto& argument : handle.schema().arguments()) {
            auto type = argument.type();
            const bool optional = type->kind() == TypeKind::OptionalType;
            if (optional) type = type->castRaw<c10::OptionalType>()->getElementType();
            const auto default_value = argument.default_value();
            op->parameters.push_back({kind_of(type), optional, default_value.has_value() || optional,
                                      default_value.has_value() ? *default_value : IValue(), argument.name()});
        }
        return op;
    });
}

const char* lp_op_schema(const lp_op* op) { return op->schema.c_str(); }

void* lp_call1(const lp_op* op, const lp_arg* args, int count) {
    return described<void*>(op, args, count, nullptr, [&]() -> void* {
        auto stack = run(*op, args, count);
        return limpid::release(std::move(stack.front()).toTensor());
    });
}

int lp_call(const lp_op* op, const lp_arg* args, int count, lp_arg* results, int capacity, int* produced) {
    return described<int>(op, args, count, 1, [&] {
        auto stack = run(*op, args, count);
        std::vector<IValue> flat;
        for (auto& value : stack) {
            if (value.isTensorList()) {
                for (const at::Tensor& tensor : value.toTensorVector()) flat.emplace_back(tensor);
            } else {
                flat.push_back(std::move(value));
            }
        }
        if (static_cast<int>(flat.size()) > capacity) {
            throw std::length_error("the operator returned " + std::to_string(flat.size()) + " values");
        }
        *produced = static_cast<int>(flat.size());
        for (size_t i = 0; i < flat.size(); ++i) {
            auto& value = flat[i];
            lp_arg& result = results[i];
            result = lp_arg{LP_NONE, 0, {0}};
            if (value.isTensor()) {
                result.tag = LP_TENSOR;
                result.v.p = limpid::release(value.toTensor());
            } else if (value.isInt()) {
                result.tag = LP_INT;
                result.v.i = value.toInt();
            } else if (value.isDouble()) {
                result.tag = LP_DOUBLE;
                result.v.d = value.toDouble();
            } else if (value.isBool()) {
                result.tag = LP_BOOL;
                result.v.i = value.toBool();
            }
        }
        return 0;
    });
}

}  // extern "C"
