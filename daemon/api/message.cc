#include "daemon/api/message.h"

#include "daemon/api/wire.h"

namespace market::api {

Response json_response(unsigned status, std::string json) {
  return {status,
          "application/json; charset=utf-8",
          std::move(json),
          {{"Cache-Control", "no-store"}},
          {}};
}

Response error_response(unsigned status, const std::string& message) {
  return json_response(status, error_json(message));
}

}  // namespace market::api
