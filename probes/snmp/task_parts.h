// What the tasks have in common: how much fits a request, and what an error means. Private. Pure.
#pragma once

#include "probes/snmp/task.h"

namespace market::snmp {

/// How many of `oids`, from the first on, fit one request; at least one of any.
[[nodiscard]] std::size_t fitting(std::span<const Oid> oids);
[[nodiscard]] Answer answer_of(std::vector<VarBind> bindings);
[[nodiscard]] bool is_too_big(const Reply& reply);
/// SNMPv1: there is nothing of that name, or nothing behind it.
[[nodiscard]] bool is_no_such_name(const Reply& reply);
/// `offset`: bindings asked in earlier PDUs; `count`: bindings of this one.
[[nodiscard]] Refusal refusal_of(const Reply& reply, std::size_t offset, std::size_t count);

}  // namespace market::snmp
