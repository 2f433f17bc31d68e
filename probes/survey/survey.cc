#include "probes/survey/survey.h"
