// Values of fields, short to write.
#pragma once

#include <cstdint>
#include <string>

#include "config/types/field.h"

namespace market::reconcile {

inline FieldValue text(const char* value) { return std::string{value}; }
inline FieldValue number(std::int64_t value) { return value; }

}  // namespace market::reconcile
