// BER in and out: read here, since every answer passes through it; written by net-snmp's public
// asn_* functions. Private to the codec.
//
// Sources:  X.690 (BER); RFC 3417, section 8 (which of it SNMP uses).
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "probes/snmp/codec.h"
#include "probes/snmp/netsnmp.h"

namespace market::snmp {

inline constexpr long kVersion1 = SNMP_VERSION_1;
inline constexpr long kVersion2c = SNMP_VERSION_2c;
inline constexpr long kVersion3 = SNMP_VERSION_3;
inline constexpr std::uint8_t kSequence = ASN_SEQUENCE | ASN_CONSTRUCTOR;

// Reads BER from left to right. After the first failure everything fails.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> octets)
      : at_{octets.data()}, left_{octets.size()} {}

  [[nodiscard]] bool ok() const { return at_ != nullptr; }
  [[nodiscard]] bool at_end() const { return left_ == 0; }

  /// Steps into the element that begins here and leaves what is behind it unread.
  std::uint8_t enter() {
    const auto head = header();
    if (head.size == 0) return broken();
    at_ += head.size;
    left_ = head.content;
    return head.type;
  }
  bool enter(std::uint8_t expected) {
    if (enter() != expected) broken();
    return ok();
  }

  /// An element's content; moves on behind the element.
  std::span<const std::uint8_t> content(std::uint8_t& type) {
    const auto head = header();
    type = head.type;
    if (head.size == 0) {
      broken();
      return {};
    }
    const std::span found{at_ + head.size, head.content};
    at_ += head.size + head.content;
    left_ -= head.size + head.content;
    return found;
  }

  std::optional<long> integer();
  /// The element that begins here, as a value.
  std::optional<Value> value();
  bool binding(VarBind& into);
  /// A binding whose name is encoded as `name`, or false, with nothing read.
  bool value_of(std::span<const std::uint8_t> name, Value& into);
  /// The octets from here up to where `later` stands.
  [[nodiscard]] std::span<const std::uint8_t> up_to(const Reader& later) const {
    return {at_, static_cast<std::size_t>(later.at_ - at_)};
  }

 private:
  /// Tag and length; `size` is 0 when they or the content reach beyond the end.
  struct Header {
    std::uint8_t type = 0;
    std::size_t size = 0;
    std::size_t content = 0;
  };
  [[nodiscard]] Header header() const {
    if (!ok() || left_ < 2) return {};
    const std::uint8_t first = at_[1];
    if (first < kLongForm) return first <= left_ - 2 ? Header{at_[0], 2, first} : Header{};
    return long_header(first - kLongForm);
  }
  [[nodiscard]] Header long_header(std::size_t length_octets) const;

  std::uint8_t broken() {
    at_ = nullptr;
    left_ = 0;
    return 0;
  }

  static constexpr std::uint8_t kLongForm = 0x80;

  const std::uint8_t* at_;
  std::size_t left_;
};

/// A list of bindings that begins here; nothing when one of them is malformed.
[[nodiscard]] std::optional<std::vector<VarBind>> read_binding_list(Reader& reader);

// An SNMPv1 or v2c message, opened.
struct CommunityMessage {
  long version;
  std::span<const std::uint8_t> pdu;  ///< with its header
};
[[nodiscard]] std::optional<CommunityMessage> read_community_message(
    std::span<const std::uint8_t> message);

// Writes BER from right to left, which is how lengths become known before they are written.
class Writer {
 public:
  Writer() : buffer_(kFirstSize) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return offset_; }

  void integer(long number) {
    put([&](u_char** at, std::size_t* room) {
      return ::asn_realloc_rbuild_int(at, room, &offset_, 0, ASN_INTEGER, &number, sizeof number);
    });
  }
  void octets(std::span<const std::uint8_t> content) {
    put([&](u_char** at, std::size_t* room) {
      return ::asn_realloc_rbuild_string(at, room, &offset_, 0, ASN_OCTET_STR, content.data(),
                                         content.size());
    });
  }
  /// What is encoded already.
  void raw(std::span<const std::uint8_t> encoded) {
    put([&](u_char** at, const std::size_t* room) {
      if (*room < offset_ + encoded.size()) return 0;
      offset_ += encoded.size();
      std::copy(encoded.begin(), encoded.end(), *at + *room - offset_);
      return 1;
    });
  }
  /// The header of all that was written since the size was `since`.
  void header(std::uint8_t type, std::size_t since) {
    put([&](u_char** at, std::size_t* room) {
      return ::asn_realloc_rbuild_sequence(at, room, &offset_, 0, type, offset_ - since);
    });
  }
  void binding(const Oid& name, std::uint8_t type, const void* data, std::size_t data_size) {
    WireOid wire{name};
    // net-snmp's encoder takes a pointer to non-const and does not write through it.
    auto* const bytes = static_cast<u_char*>(const_cast<void*>(data));
    put([&](u_char** at, std::size_t* room) {
      return ::snmp_realloc_rbuild_var_op(at, room, &offset_, 0, wire.arcs.data(), &wire.size, type,
                                          bytes, data_size);
    });
  }
  /// Until more is written.
  [[nodiscard]] std::span<std::uint8_t> written() { return std::span{buffer_}.last(offset_); }
  [[nodiscard]] Bytes take() const {
    return Bytes{buffer_.end() - static_cast<std::ptrdiff_t>(offset_), buffer_.end()};
  }

 private:
  // Nearly every question fits an Ethernet frame; the rest grow to what UDP can carry.
  static constexpr std::size_t kFirstSize = 1500;

  // A failed attempt may have written part of an element: rewind, enlarge to the left, repeat.
  template <class Build>
  void put(Build build) {
    while (ok_) {
      const auto before = offset_;
      u_char* at = buffer_.data();
      std::size_t room = buffer_.size();
      if (build(&at, &room) != 0) return;
      offset_ = before;
      if (buffer_.size() >= 2 * io::kMaxDatagram) {
        ok_ = false;
        return;
      }
      buffer_.insert(buffer_.begin(), buffer_.size(), 0);
    }
  }

  std::vector<std::uint8_t> buffer_;
  std::size_t offset_ = 0;  ///< octets written, at the buffer's end
  bool ok_ = true;
};

}  // namespace market::snmp
