#include "tests/sim/write.h"

#include "tests/sim/mibs.h"

namespace market::sim {
namespace {

/// What can be said of a binding without looking at the configuration.
ErrorStatus check(const Mib::Place& place, const Value& value) {
  if (place.column == nullptr || !place.column->writable) return ErrorStatus::NotWritable;
  const Writable& writable = *place.column->writable;
  if (value.tag != writable.tag) return ErrorStatus::WrongType;
  if (writable.tag == Tag::Octets) {
    const auto length = static_cast<std::int64_t>(value.octets.size());
    const bool fits = length >= writable.min && length <= writable.max;
    return fits ? ErrorStatus::NoError : ErrorStatus::WrongLength;
  }
  const bool fits = value.number >= writable.min && value.number <= writable.max;
  return fits ? ErrorStatus::NoError : ErrorStatus::WrongValue;
}

}  // namespace

WriteResult try_write(Kind kind, const Settings& settings, std::span<const VarBind> bindings) {
  const Mib& mib = mib_of(kind);
  WriteResult result;
  std::vector<Mib::Place> places;
  for (const VarBind& binding : bindings) {
    places.push_back(mib.locate(binding.name));
    result.status = check(places.back(), binding.value);
    if (result.status == ErrorStatus::NoError) continue;
    result.index = places.size();
    return result;
  }
  result.draft.settings = settings;
  for (const Stage stage : {Stage::Create, Stage::Write, Stage::Finish}) {
    for (std::size_t i = 0; i < bindings.size(); ++i) {
      const Change change{places[i].column->arc, places[i].row, bindings[i].value};
      result.status = places[i].table->change(result.draft, stage, change);
      if (result.status == ErrorStatus::NoError) continue;
      result.index = i + 1;
      return result;
    }
  }
  return result;
}

}  // namespace market::sim
