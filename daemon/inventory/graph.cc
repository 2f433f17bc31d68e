#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "daemon/inventory/places.h"

namespace market::inventory {
namespace {

constexpr double kUnmanaged = 0.8;

/// Edges without a direction yet; then each is turned so that its upper end is nearer to the root.
class Graph {
 public:
  Graph(const Ground& ground, const Links& links, Picture& picture)
      : ground_{ground}, links_{links}, picture_{picture} {}

  void draw() {
    for (const auto& bridge : ground_.bridges) {
      add(bridge.id, bridge.gateway ? Node::Kind::Gateway : Node::Kind::Switch);
    }
    for (const auto& link : links_.all) add_link(link);
    for (const auto& [id, place] : picture_.places) add_place(id, place);
    for (const auto& [id, record] : ground_.by_id) add(id, kind_of(id));
    turn();
    picture_.nodes.reserve(nodes_.size());
    for (auto& [id, kind] : nodes_) picture_.nodes.push_back({id, kind});
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) {
      return std::tie(a.upper, a.lower) < std::tie(b.upper, b.lower);
    });
    edges_.shrink_to_fit();
    picture_.edges = std::move(edges_);
  }

 private:
  [[nodiscard]] Node::Kind kind_of(const std::string& id) const {
    const auto trade = ground_.trade.find(id);
    if (trade == ground_.trade.end() || trade->second == Trade::Other) return Node::Kind::Device;
    return trade->second == Trade::Bridge ? Node::Kind::Switch : Node::Kind::AccessPoint;
  }

  void add(const std::string& id, Node::Kind kind) { nodes_.emplace(id, kind); }

  void add_edge(Socket a, Socket b, double confidence, std::int64_t at_ms, Claims evidence) {
    if (!known_.insert(std::minmax(a, b)).second) return;
    edges_.push_back({std::move(a), std::move(b), confidence, at_ms, std::move(evidence)});
  }

  void add_link(const Link& link) {
    if (link.middle.empty()) {
      if (link.ends.size() == 2) {
        add_edge(*link.ends.begin(), *link.ends.rbegin(), link.confidence, link.at_ms,
                 link.evidence);
      }
      return;
    }
    add(link.middle, Node::Kind::Unmanaged);
    for (const auto& end : link.ends) {
      add_edge(end, {link.middle, ""}, std::min(link.confidence, kUnmanaged), link.at_ms,
               link.evidence);
    }
  }

  void add_place(const std::string& id, const Place& place) {
    if (place.at.device.empty()) return;
    const auto bridge = ground_.bridge_of.find(id);
    if (bridge != ground_.bridge_of.end() && ground_.bridges[bridge->second].knows()) {
      return;  // its links are drawn
    }
    if (place.behind.empty()) {
      add_edge(place.at, {id, ""}, place.confidence, place.at_ms, place.evidence);
      return;
    }
    if (!ground_.by_id.contains(place.behind)) {
      add(place.behind, Node::Kind::Unmanaged);
      add_edge(place.at, {place.behind, ""}, std::min(place.confidence, kUnmanaged), place.at_ms,
               place.evidence);
    }
    add_edge({place.behind, ""}, {id, ""}, place.confidence, place.at_ms, place.evidence);
  }

  /// From the gateway outwards, else from the first bridge of each island.
  void turn() {
    std::map<std::string, std::vector<std::size_t>> at;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      at[edges_[i].upper.device].push_back(i);
      at[edges_[i].lower.device].push_back(i);
    }
    std::set<std::string> seen;
    std::set<std::size_t> turned;
    const auto grow = [&](const std::string& root) {
      std::deque<std::string> front{root};
      if (!seen.insert(root).second) return;
      while (!front.empty()) {
        const auto device = front.front();
        front.pop_front();
        for (const auto i : at[device]) {
          if (!turned.insert(i).second) continue;
          auto& edge = edges_[i];
          if (edge.upper.device != device) std::swap(edge.upper, edge.lower);
          if (seen.insert(edge.lower.device).second) front.push_back(edge.lower.device);
        }
      }
    };
    for (const auto wanted : {Node::Kind::Gateway, Node::Kind::Switch, Node::Kind::Unmanaged,
                              Node::Kind::AccessPoint, Node::Kind::Device}) {
      for (const auto& [id, kind] : nodes_) {
        if (kind == wanted) grow(id);
      }
    }
  }

  const Ground& ground_;
  const Links& links_;
  Picture& picture_;
  std::map<std::string, Node::Kind> nodes_;
  std::vector<Edge> edges_;
  std::set<std::pair<Socket, Socket>> known_;
};

}  // namespace

void draw_graph(const Ground& ground, const Links& links, Picture& picture) {
  Graph{ground, links, picture}.draw();
}

}  // namespace market::inventory
