// libcurl: room Delivery is the one that imports it. Swift cannot call functions of variable arguments, so each kind of option has its own.
#include <curl/curl.h>

static inline CURLcode eo_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode eo_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode eo_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode eo_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
typedef size_t (*eo_curl_transfer)(char *bytes, size_t size, size_t count, void *user);
static inline CURLcode eo_curl_set_function(CURL *handle, CURLoption option, eo_curl_transfer function) {
  return curl_easy_setopt(handle, option, function);
}
static inline CURLcode eo_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}
