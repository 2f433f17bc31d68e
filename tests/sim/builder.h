// From a design to a world: devices, cables, addresses, first configurations.
#pragma once

#include "config/design/design.h"
#include "tests/sim/world.h"

namespace market::sim {

class Builder {
 public:
  Builder(const Design& design, const WorldOptions& options) : design_{design}, options_{options} {}
  [[nodiscard]] Result<World> build();

 private:
  Device& add_device(Kind kind, const std::string& id);
  [[nodiscard]] Mac make_mac(const std::string& id) const;
  void add_switch(const Switch& device);
  void add_access_point(const AccessPoint& ap);
  void add_stall(const Stall& stall);
  void add_subnet(const Zone& zone);
  void add_outside(const Service& service);
  void plug_port(std::size_t device, std::size_t port, const SwitchPort& wanted);
  void plug_peer(std::size_t device, std::size_t port, const std::string& peer);
  void find_uplinks();
  [[nodiscard]] Result<void> index_addresses();
  [[nodiscard]] Result<void> leave_out();

  const Design& design_;
  const WorldOptions& options_;
  World world_;
};

}  // namespace market::sim
