// SPDX-License-Identifier: Apache-2.0
import dev.wakeful.Async;
import dev.wakeful.Future;

class Refused {
    Future.Mapping<Future<String>, String> awaiting = Async::await;
}
