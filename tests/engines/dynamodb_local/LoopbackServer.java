import java.io.OutputStream;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * DynamoDB Local's own server, on 127.0.0.1 only: by itself it listens on every interface and has no option for a host.
 * Reached by reflection, because its licence does not allow compiling it together with other programs.
 * It ends when its standard input does, so that it never outlives the tests that started it.
 */
public class LoopbackServer {
    public static void main(String[] args) throws Exception {
        Object proxy = Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
            .getMethod("createServerFromCommandLineArgs", String[].class)
            .invoke(null, (Object) args);
        Field jetty = proxy.getClass().getDeclaredField("server");
        jetty.setAccessible(true);
        for (Connector connector : ((Server) jetty.get(proxy)).getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
        proxy.getClass().getMethod("safeStart").invoke(proxy);
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }
}
